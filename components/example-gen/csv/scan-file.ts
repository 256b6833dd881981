import { createReadStream } from 'node:fs';
import type { CsvDialect } from './dialect.js';
import { scanRecords, type CsvRecord } from './record-scanner.js';

const WINDOW_BYTES = 1 << 22;

/** The records of a prepared CSV file, streamed. */
export async function* scanFile(file: string, dialect: CsvDialect): AsyncGenerator<CsvRecord> {
  const decoder = new TextDecoder('utf-8');
  let text = '';
  let line = 1;
  for await (const block of createReadStream(file, { highWaterMark: WINDOW_BYTES })) {
    text += decoder.decode(block as Buffer, { stream: true });
    let last: CsvRecord | undefined;
    // The last record may go on in the next window, and so may blank lines after it.
    for (const record of scanRecords(text, dialect, line)) {
      if (last !== undefined) yield last;
      last = record;
    }
    if (last === undefined) continue;
    text = text.slice(last.start);
    line = last.line;
  }
  text += decoder.decode();
  yield* scanRecords(text, dialect, line);
}
