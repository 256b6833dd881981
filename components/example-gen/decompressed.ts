import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { PipelineError } from '../../errors/pipeline-error.js';
import { zstdDecompressed } from './csv/zstd.js';

const BLOCK_BYTES = 1 << 20;

/**
 * A gzip or zstd file as a plain one in the temporary folder; another file as it is. Told by the content. DuckDB reads
 * such files, too, but takes one that is cut off for whole.
 *
 * @param code - of the error when the file is damaged or cut off.
 */
export async function decompressed(
  file: string,
  temporaryPath: string,
  code: 'CSV_UNREADABLE' | 'IMPORT_UNREADABLE',
): Promise<string> {
  const format = await compressionOf(file);
  if (format === undefined) return file;
  const plain = path.join(temporaryPath, `${randomUUID()}.plain`);
  const target = createWriteStream(plain);
  try {
    const source = createReadStream(file);
    if (format === 'gzip') await pipeline(source, createGunzip({ chunkSize: BLOCK_BYTES }), target);
    else await pipeline(Readable.from(zstdDecompressed(source)), target);
  } catch (cause) {
    throw new PipelineError(code, {
      what: `${file} begins like a ${format} file but cannot be decompressed: ${(cause as Error).message}.`,
      fix: 'Make or copy the compressed file again.',
      details: { file },
      cause,
    });
  }
  return plain;
}

async function compressionOf(file: string): Promise<'gzip' | 'zstd' | undefined> {
  const handle = await open(file);
  try {
    const head = Buffer.alloc(4);
    const { bytesRead } = await handle.read(head, 0, head.length, 0);
    if (bytesRead >= 2 && head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
    return bytesRead === 4 && head.readUInt32LE(0) === 0xfd2fb528 ? 'zstd' : undefined;
  } finally {
    await handle.close();
  }
}
