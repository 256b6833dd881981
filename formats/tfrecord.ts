import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { PipelineError, isPipelineError } from '../errors/pipeline-error.js';
import { maskedCrc32c } from './crc32c.js';

/** Length (uint64), checksum of the length (uint32), bytes, checksum of the bytes (uint32): all little endian. */
export const HEADER_BYTES = 12;
export const FOOTER_BYTES = 4;
const BLOCK_BYTES = 1 << 20;
/** No TensorFlow reader takes a tf.Example beyond protobuf's 2 GiB. */
const MAX_RECORD_BYTES = 2 ** 31 - 1;

export interface WriteOptions {
  /** Default true, as TFX writes. */
  readonly gzip?: boolean;
  /** 1 (fast) to 9 (small). Default 6. */
  readonly level?: number;
}

/** The framed bytes of one record. */
export function frameRecord(record: Uint8Array): Buffer {
  const framed = Buffer.allocUnsafe(HEADER_BYTES + record.length + FOOTER_BYTES);
  framed.set(record, HEADER_BYTES);
  writeFrame(framed, HEADER_BYTES, HEADER_BYTES + record.length);
  return framed;
}

/** Writes the frame of the record `bytes[start, end)` around it. */
function writeFrame(bytes: Buffer, start: number, end: number): void {
  const head = start - HEADER_BYTES;
  bytes.writeUInt32LE(end - start, head);
  bytes.writeUInt32LE(0, head + 4);
  bytes.writeUInt32LE(maskedCrc32c(bytes, head, head + 8), head + 8);
  bytes.writeUInt32LE(maskedCrc32c(bytes, start, end), end);
}

/**
 * Writes records to a TFRecord file, streaming; the bytes depend on the records and options alone.
 *
 * @returns how many records were written.
 */
export async function writeTfRecords(
  file: string,
  records: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  options: WriteOptions = {},
): Promise<number> {
  let count = 0;
  async function* framed(): AsyncGenerator<Buffer> {
    for await (const record of records) {
      yield frameRecord(record);
      count++;
    }
  }
  await writeFramed(file, framed(), options);
  return count;
}

/**
 * As `writeTfRecords`, from blocks in which each record has `HEADER_BYTES` before it and `FOOTER_BYTES` behind it, and
 * nothing else.
 */
export async function writeTfRecordBlocks(
  file: string,
  blocks: AsyncIterable<Pick<RecordBlock, 'bytes' | 'starts' | 'ends' | 'count'>>,
  options: WriteOptions = {},
): Promise<void> {
  async function* framed(): AsyncGenerator<Buffer> {
    for await (const { bytes, starts, ends, count } of blocks) {
      for (let i = 0; i < count; i++) writeFrame(bytes, starts[i]!, ends[i]!);
      yield bytes;
    }
  }
  await writeFramed(file, framed(), options);
}

async function writeFramed(file: string, framed: AsyncIterable<Buffer>, options: WriteOptions): Promise<void> {
  const source = Readable.from(evenBlocks(framed), { objectMode: true, highWaterMark: 2 });
  const sink = createWriteStream(file, { flags: 'w' });
  if (options.gzip ?? true) {
    // Node writes no time into the gzip header, so equal records give equal files.
    await pipeline(source, createGzip({ level: options.level ?? 6, chunkSize: BLOCK_BYTES }), sink);
  } else await pipeline(source, sink);
}

/** The same bytes in blocks of one size, so that what is made of them does not depend on how they came. */
async function* evenBlocks(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let pending: Buffer[] = [];
  let size = 0;
  for await (const piece of pieces) {
    pending.push(piece);
    size += piece.length;
    if (size < BLOCK_BYTES) continue;
    const bytes = Buffer.concat(pending);
    let at = 0;
    for (; at + BLOCK_BYTES <= size; at += BLOCK_BYTES) yield bytes.subarray(at, at + BLOCK_BYTES);
    pending = [bytes.subarray(at)];
    size -= at;
  }
  if (size > 0) yield Buffer.concat(pending);
}

/** The records of a TFRecord file, one by one. Views into a block: copy what is kept. See `readTfRecordBlocks`. */
export async function* readTfRecords(file: string): AsyncGenerator<Uint8Array> {
  for await (const block of readTfRecordBlocks(file)) {
    for (let i = 0; i < block.count; i++) yield block.bytes.subarray(block.starts[i], block.ends[i]);
  }
}

/** Several records in one piece of memory: record `i` is `bytes[starts[i], ends[i])`. */
export interface RecordBlock {
  readonly bytes: Buffer;
  readonly starts: ArrayLike<number>;
  readonly ends: ArrayLike<number>;
  readonly count: number;
  /** Where the block begins in the uncompressed file, for error messages. */
  readonly offset: number;
  /** The number of the first record, from 0. */
  readonly firstRecord: number;
}

/**
 * The records of a TFRecord file, gzip or plain (found by the content, never by the name), in blocks of about 1 MiB.
 * Every checksum is verified.
 *
 * @throws TFRECORD_UNREADABLE, TFRECORD_CORRUPT, TFRECORD_TRUNCATED, each with file and offset.
 */
export async function* readTfRecordBlocks(file: string): AsyncGenerator<RecordBlock> {
  let rest: Buffer = Buffer.alloc(0);
  let offset = 0;
  let firstRecord = 0;
  for await (const chunk of decompressedChunks(file)) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const block = splitRecords(file, bytes, offset, firstRecord);
    if (block.count > 0) yield block;
    firstRecord += block.count;
    const used = block.ends.length === 0 ? 0 : block.ends[block.count - 1]! + FOOTER_BYTES;
    offset += used;
    rest = bytes.subarray(used);
  }
  if (rest.length > 0) throw truncated(file, offset, firstRecord);
}

function splitRecords(file: string, bytes: Buffer, offset: number, firstRecord: number): RecordBlock {
  const starts: number[] = [];
  const ends: number[] = [];
  let at = 0;
  while (at + HEADER_BYTES <= bytes.length) {
    const where = { file, offset: offset + at, record: firstRecord + starts.length };
    if (maskedCrc32c(bytes, at, at + 8) !== bytes.readUInt32LE(at + 8)) throw corrupt(where, 'length');
    const length = bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 2 ** 32;
    if (length > MAX_RECORD_BYTES) throw corrupt(where, 'length');
    const end = at + HEADER_BYTES + length;
    if (end + FOOTER_BYTES > bytes.length) break;
    if (maskedCrc32c(bytes, at + HEADER_BYTES, end) !== bytes.readUInt32LE(end)) throw corrupt(where, 'bytes');
    starts.push(at + HEADER_BYTES);
    ends.push(end);
    at = end + FOOTER_BYTES;
  }
  return { bytes, starts, ends, count: starts.length, offset, firstRecord };
}

async function* decompressedChunks(file: string): AsyncGenerator<Buffer> {
  let isGzip: boolean;
  try {
    isGzip = await startsWithGzip(file);
  } catch (cause) {
    throw unreadable(file, cause);
  }
  const source = createReadStream(file, { highWaterMark: BLOCK_BYTES });
  const stream = isGzip ? createGunzip({ chunkSize: BLOCK_BYTES }) : source;
  if (isGzip) source.on('error', (error) => stream.destroy(error)).pipe(stream as ReturnType<typeof createGunzip>);
  try {
    for await (const chunk of stream) yield chunk as Buffer;
  } catch (cause) {
    if (isPipelineError(cause)) throw cause;
    throw unreadable(file, cause);
  } finally {
    source.destroy();
    stream.destroy();
  }
}

/** A plain file whose first length happens to look like gzip's magic number is told apart by its checksum. */
async function startsWithGzip(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const head = Buffer.alloc(HEADER_BYTES);
    const { bytesRead } = await handle.read(head, 0, HEADER_BYTES, 0);
    if (bytesRead < 2 || head[0] !== 0x1f || head[1] !== 0x8b) return false;
    return bytesRead < HEADER_BYTES || maskedCrc32c(head, 0, 8) !== head.readUInt32LE(8);
  } finally {
    await handle.close();
  }
}

interface RecordPlace {
  readonly file: string;
  readonly offset: number;
  readonly record: number;
}

function corrupt(where: RecordPlace, part: 'length' | 'bytes'): PipelineError {
  return new PipelineError('TFRECORD_CORRUPT', {
    what: `${where.file}: the checksum of record ${where.record}'s ${part} does not match, at byte ${where.offset} of the uncompressed file.`,
    details: { ...where, part },
  });
}

function truncated(file: string, offset: number, record: number): PipelineError {
  return new PipelineError('TFRECORD_TRUNCATED', {
    what: `${file} ends in the middle of record ${record}, which begins at byte ${offset} of the uncompressed file.`,
    details: { file, offset, record },
  });
}

function unreadable(file: string, cause: unknown): PipelineError {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === 'Z_BUF_ERROR') {
    return new PipelineError('TFRECORD_TRUNCATED', {
      what: `${file} ends in the middle of its gzip stream.`,
      details: { file },
      cause,
    });
  }
  return new PipelineError('TFRECORD_UNREADABLE', {
    what: `${file} cannot be read: ${message}.`,
    details: { file, reason: code ?? message },
    cause,
  });
}
