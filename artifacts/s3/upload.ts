import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { s3Uri, type S3Address } from './address.js';
import { s3Connection } from './client.js';
import { onS3 } from './errors.js';

const PART_BYTES = 8 * 2 ** 20;
/** S3's own limit is 10,000. */
const MAX_PARTS = 9_000;
const PARTS_AT_ONCE = 3;

export interface UploadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Kept with the object. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Uploads a file, a large one in parts; readers see all of it or nothing. Its ETag. */
export async function uploadFile(file: string, to: S3Address, options: UploadOptions = {}): Promise<string> {
  const { size } = await stat(file);
  return await onS3(s3Uri(to), () =>
    size <= PART_BYTES ? putWhole(file, to, options) : putParts(file, size, to, options),
  );
}

async function putWhole(file: string, to: S3Address, { signal, metadata }: UploadOptions): Promise<string> {
  const { sdk, client } = await s3Connection();
  const what = { Bucket: to.bucket, Key: to.key, Body: await readFile(file), ...(metadata && { Metadata: metadata }) };
  const { ETag } = await client.send(new sdk.PutObjectCommand(what), signal ? { abortSignal: signal } : {});
  return ETag ?? '';
}

async function putParts(
  file: string,
  size: number,
  to: S3Address,
  { signal, metadata }: UploadOptions,
): Promise<string> {
  signal?.throwIfAborted();
  const [{ client }, { Upload }] = await Promise.all([s3Connection(), import('@aws-sdk/lib-storage')]);
  const body = createReadStream(file, { highWaterMark: 1 << 20 });
  const upload = new Upload({
    client,
    params: { Bucket: to.bucket, Key: to.key, Body: body, ...(metadata && { Metadata: metadata }) },
    partSize: Math.max(PART_BYTES, Math.ceil(size / MAX_PARTS)),
    queueSize: PARTS_AT_ONCE,
  });
  const onAbort = (): void => void upload.abort();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const { ETag } = await upload.done();
    return ETag ?? '';
  } finally {
    signal?.removeEventListener('abort', onAbort);
    body.destroy();
  }
}
