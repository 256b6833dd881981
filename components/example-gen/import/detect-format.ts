import { open } from 'node:fs/promises';
import { constants, gunzipSync } from 'node:zlib';
import { maskedCrc32c } from '../../../formats/crc32c.js';
import { PipelineError } from '../../../errors/pipeline-error.js';
import { unreadable } from '../input-files.js';

export type ImportFormat = 'tfrecord' | 'parquet' | 'arrow' | 'ndjson';

/** Enough to see what the first bytes are once decompressed. */
const HEAD_BYTES = 4096;

/**
 * Tells a file's format by its first bytes, never by its name.
 *
 * @throws IMPORT_UNREADABLE when they are of no format that is imported.
 */
export async function detectFormat(file: string): Promise<ImportFormat> {
  const head = await readHead(file);
  // What is gzip and nothing that we know is most likely a damaged TFRecord: its reader says in what way.
  const found = formatOf(head) ?? (isGzip(head) ? (formatOf(gunzippedHead(head)) ?? 'tfrecord') : undefined);
  if (found !== undefined) return found;
  throw new PipelineError('IMPORT_UNREADABLE', {
    what: `${file} ${head.length === 0 ? 'is empty' : 'is no TFRecord, Parquet, Arrow IPC or newline JSON file'}.`,
    details: { file },
  });
}

/** As `detectFormat`, and what is none of these, compressed or not, is taken for CSV. */
export async function detectDataFormat(file: string): Promise<ImportFormat | 'csv'> {
  const head = await readHead(file);
  return formatOf(head) ?? (isGzip(head) ? formatOf(gunzippedHead(head)) : undefined) ?? 'csv';
}

function formatOf(head: Buffer): ImportFormat | undefined {
  const text = head.toString('latin1');
  if (text.startsWith('PAR1')) return 'parquet';
  if (text.startsWith('ARROW1') || (head.length >= 8 && head.readUInt32LE(0) === 0xffffffff)) return 'arrow';
  if (head.length >= 12 && maskedCrc32c(head, 0, 8) === head.readUInt32LE(8)) return 'tfrecord';
  return /^(?:\xef\xbb\xbf)?\s*\{/.test(text) ? 'ndjson' : undefined;
}

const isGzip = (head: Buffer): boolean => head[0] === 0x1f && head[1] === 0x8b;

function gunzippedHead(head: Buffer): Buffer {
  try {
    return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return Buffer.alloc(0);
  }
}

async function readHead(file: string): Promise<Buffer> {
  try {
    const handle = await open(file);
    try {
      const head = Buffer.alloc(HEAD_BYTES);
      const { bytesRead } = await handle.read(head, 0, head.length, 0);
      return head.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw unreadable(file, cause);
  }
}
