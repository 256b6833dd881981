import { readFile } from 'node:fs/promises';
import { PipelineError } from '../errors/pipeline-error.js';
import { maskedCrc32c } from './crc32c.js';
import { HEADER_BYTES, readTfRecords } from './tfrecord.js';

/**
 * The bytes of a file that holds one message: as they are, or of the one record of a plain or gzip TFRecord file, as
 * TensorFlow Data Validation writes statistics. Told by the content.
 *
 * @throws STATISTICS_FILE_UNREADABLE, TFRECORD_CORRUPT, TFRECORD_TRUNCATED
 */
export async function readMessageBytes(file: string): Promise<Buffer> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new PipelineError('STATISTICS_FILE_UNREADABLE', { what: `${file} can not be read.`, cause });
  });
  if (!isTfRecord(bytes)) return bytes;
  const records: Buffer[] = [];
  for await (const record of readTfRecords(file)) records.push(Buffer.from(record));
  const [only] = records;
  if (only !== undefined && records.length === 1) return only;
  throw new PipelineError('STATISTICS_FILE_UNREADABLE', {
    what: `${file} holds ${records.length} records, and one message is looked for.`,
  });
}

/** Either its length's checksum is right, or it is gzip, which no message and no text begins like. */
const isTfRecord = (bytes: Buffer): boolean =>
  (bytes.length >= HEADER_BYTES && maskedCrc32c(bytes, 0, 8) === bytes.readUInt32LE(8)) ||
  (bytes[0] === 0x1f && bytes[1] === 0x8b);
