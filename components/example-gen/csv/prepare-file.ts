import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PipelineError, isPipelineError } from '../../../errors/pipeline-error.js';
import { decompressed } from '../decompressed.js';
import { unreadable } from '../input-files.js';
import type { CsvDialect } from './dialect.js';
import { LineEndings, normalizeLineEnds } from './line-ends.js';
import { decodeText, sniffEncoding, type Encoding } from './text-encoding.js';

const BLOCK_BYTES = 1 << 20;

/** A CSV file as DuckDB's strict reader takes it: plain UTF-8 with one kind of line end. */
export interface PreparedFile {
  /** As the user named it, for messages. */
  readonly original: string;
  /** The original, or a converted copy in the temporary folder. */
  readonly path: string;
  /** The longest stretch between two line ends, in bytes: at most this long is any record without quoted breaks. */
  readonly longestLine: number;
}

/**
 * Makes a file ready: decompresses gzip and zstd, converts UTF-16 and Latin-1, drops a BOM, and evens out mixed line
 * ends. A plain UTF-8 file with even line ends, the usual case, is used as it is.
 *
 * @throws CSV_EMPTY, CSV_NOT_TEXT, CSV_UNREADABLE, INPUT_UNREADABLE
 */
export async function prepareFile(
  file: string,
  encoding: Encoding | 'auto',
  dialect: CsvDialect,
  temporaryPath: string,
): Promise<PreparedFile> {
  try {
    const plain = await decompressed(file, temporaryPath, 'CSV_UNREADABLE');
    const head = await readHead(plain);
    if (head.length === 0) throw new PipelineError('CSV_EMPTY', { what: `${file} has no bytes.`, details: { file } });
    const found = sniffEncoding(head);
    refuseOtherFormats(head, file);
    const used = encoding === 'auto' ? (found ?? 'utf-8') : encoding;
    const text =
      used === 'utf-8'
        ? await withoutMark(plain, head, temporaryPath)
        : await convert(plain, used, file, temporaryPath);
    const ends = await lineEndings(text);
    if (!ends.mixed) return { original: file, path: text, longestLine: ends.longestLine };
    const even = path.join(temporaryPath, `${randomUUID()}.csv`);
    await pipeline(Readable.from(normalizeLineEnds(blocks(text), dialect)), createWriteStream(even));
    return { original: file, path: even, longestLine: ends.longestLine };
  } catch (cause) {
    if (isPipelineError(cause)) throw cause;
    throw unreadable(file, cause);
  }
}

/** DuckDB takes a quote behind a byte order mark for text. */
async function withoutMark(plain: string, head: Buffer, temporaryPath: string): Promise<string> {
  if (head[0] !== 0xef || head[1] !== 0xbb || head[2] !== 0xbf) return plain;
  const target = path.join(temporaryPath, `${randomUUID()}.csv`);
  await pipeline(createReadStream(plain, { start: 3 }), createWriteStream(target));
  return target;
}

async function convert(
  plain: string,
  encoding: Exclude<Encoding, 'utf-8'>,
  file: string,
  temporaryPath: string,
): Promise<string> {
  const target = path.join(temporaryPath, `${randomUUID()}.csv`);
  await pipeline(Readable.from(decodeText(blocks(plain), encoding, file)), createWriteStream(target));
  return target;
}

const OTHER_FORMATS: readonly (readonly [string, string, string])[] = [
  ['PAR1', 'Parquet', 'Use ImportExampleGen.'],
  ['ARROW1', 'Arrow IPC', 'Use ImportExampleGen.'],
  ['PK\x03\x04', 'a ZIP archive or a spreadsheet', 'Unpack it, or export the sheet as CSV.'],
  ['%PDF', 'PDF', 'Export the table as CSV.'],
];

function refuseOtherFormats(head: Buffer, file: string): void {
  for (const [magic, name, fix] of OTHER_FORMATS) {
    if (head.subarray(0, magic.length).toString('latin1') !== magic) continue;
    throw new PipelineError('CSV_NOT_TEXT', { what: `${file} is ${name}, not CSV.`, fix, details: { file } });
  }
}

async function lineEndings(file: string): Promise<{ readonly mixed: boolean; readonly longestLine: number }> {
  const ends = new LineEndings();
  for await (const block of blocks(file)) ends.add(block);
  return ends.finish();
}

async function* blocks(file: string): AsyncGenerator<Buffer> {
  for await (const block of createReadStream(file, { highWaterMark: BLOCK_BYTES })) yield block as Buffer;
}

async function readHead(file: string): Promise<Buffer> {
  const handle = await open(file);
  try {
    const head = Buffer.alloc(4096);
    const { bytesRead } = await handle.read(head, 0, head.length, 0);
    return head.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
