import { open } from 'node:fs/promises';
import { PipelineError } from '../../../errors/pipeline-error.js';
import { CellTypes, type CellType } from '../cell-type.js';
import { MAX_RECORD_BYTES, type CsvDialect } from './dialect.js';
import type { PreparedFile } from './prepare-file.js';
import { columnNames, scanRecords, type CsvRecord } from './record-scanner.js';

const SAMPLE_BYTES = 1 << 18;
const SAMPLE_RECORDS = 1000;

/** What the beginning of a CSV file shows. */
export interface CsvSample {
  readonly names: readonly string[];
  readonly records: readonly CsvRecord[];
  readonly dialect: CsvDialect;
}

/**
 * Reads the header and the first records.
 *
 * @throws CSV_EMPTY, CSV_HEADER_INVALID, CSV_NOT_TEXT
 */
export async function sampleCsv(file: PreparedFile, dialect: CsvDialect): Promise<CsvSample> {
  const { text, isWhole } = await readText(file);
  const scanned = scanRecords(text, dialect);
  const header = scanned.next();
  const names = columnNames(header.done === true ? undefined : header.value, file.original);
  const records: CsvRecord[] = [];
  for (const record of scanned) {
    records.push(record);
    if (records.length >= SAMPLE_RECORDS) break;
  }
  // The last record may be cut where the sample ends.
  if (!isWhole && records.length < SAMPLE_RECORDS) records.pop();
  return { names, records, dialect };
}

/** The columns' types as far as the sample shows them. */
export function typesOf(sample: CsvSample): CellType[] {
  const types = new CellTypes(sample.names.length);
  const missing = new Set(sample.dialect.nullTokens);
  for (const { cells } of sample.records) {
    for (let i = 0; i < sample.names.length; i++) {
      const cell = cells[i] ?? '';
      if (!missing.has(cell)) types.addText(i, cell);
    }
  }
  return types.types();
}

/** The first bytes of the file, more when the header alone is longer. */
async function readText(file: PreparedFile): Promise<{ readonly text: string; readonly isWhole: boolean }> {
  const handle = await open(file.path);
  try {
    const { size } = await handle.stat();
    const length = Math.min(size, file.longestLine > SAMPLE_BYTES / 2 ? MAX_RECORD_BYTES : SAMPLE_BYTES);
    const bytes = Buffer.alloc(length);
    await handle.read(bytes, 0, length, 0);
    const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
    checkText(text, file, size === length);
    return { text, isWhole: size === length };
  } finally {
    await handle.close();
  }
}

function checkText(text: string, file: PreparedFile, isWhole: boolean): void {
  if (text === '') throw new PipelineError('CSV_EMPTY', { what: `${file.original} holds no text.` });
  const headerEnd = text.search(/[\r\n]/);
  const header = headerEnd < 0 ? text : text.slice(0, headerEnd);
  const odd = header.replaceAll('\t', '').search(/[\u0000-\u001F\uFFFD]/);
  if (odd >= 0 && (headerEnd >= 0 || isWhole || header.length < 4096)) {
    throw new PipelineError('CSV_NOT_TEXT', {
      what: `The first line of ${file.original} holds bytes that are no UTF-8 text.`,
      details: { file: file.original },
    });
  }
}
