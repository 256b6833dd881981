import { open } from 'node:fs/promises';
import { maskedCrc32c } from '../../../formats/crc32c.js';
import { PipelineError } from '../../../errors/pipeline-error.js';
import { unreadable } from '../input-files.js';

export type ImportFormat = 'tfrecord' | 'parquet' | 'arrow' | 'ndjson';

/**
 * Tells a file's format by its first bytes, never by its name.
 *
 * @throws IMPORT_UNREADABLE when they are of no format that is imported.
 */
export async function detectFormat(file: string): Promise<ImportFormat> {
  const head = await readHead(file);
  const text = head.toString('latin1');
  if (text.startsWith('PAR1')) return 'parquet';
  if (text.startsWith('ARROW1') || (head.length >= 8 && head.readUInt32LE(0) === 0xffffffff)) return 'arrow';
  if (head[0] === 0x1f && head[1] === 0x8b) return 'tfrecord';
  if (head.length >= 12 && maskedCrc32c(head, 0, 8) === head.readUInt32LE(8)) return 'tfrecord';
  if (/^(?:\xef\xbb\xbf)?\s*\{/.test(text)) return 'ndjson';
  throw new PipelineError('IMPORT_UNREADABLE', {
    what: `${file} ${head.length === 0 ? 'is empty' : 'is no TFRecord, Parquet, Arrow IPC or newline JSON file'}.`,
    details: { file },
  });
}

async function readHead(file: string): Promise<Buffer> {
  try {
    const handle = await open(file);
    try {
      const head = Buffer.alloc(64);
      const { bytesRead } = await handle.read(head, 0, head.length, 0);
      return head.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw unreadable(file, cause);
  }
}
