import { isPipelineError } from '../../errors/pipeline-error.js';
import { s3Uri, type S3Address } from './address.js';
import { s3Connection } from './client.js';
import { onS3 } from './errors.js';

/** What S3 says of an object. */
export interface S3Object extends S3Address {
  /** Bytes. */
  readonly size: number;
  /** Changes with the content; compared, never computed. */
  readonly etag: string;
  /** Epoch milliseconds. */
  readonly modifiedMs: number;
}

/** An object with what its uploader said of it. */
export interface DescribedObject extends S3Object {
  readonly sha256: string | undefined;
}

/** @throws PipelineError S3_OBJECT_NOT_FOUND, also for a bucket that is not there, and the other S3 codes */
export async function headObject(address: S3Address, signal?: AbortSignal): Promise<DescribedObject> {
  return await onS3(s3Uri(address), async () => {
    const { sdk, client } = await s3Connection();
    const command = new sdk.HeadObjectCommand({ Bucket: address.bucket, Key: address.key });
    const { ContentLength, ETag, LastModified, Metadata } = await client.send(command, aborted(signal));
    const facts = { size: ContentLength ?? 0, etag: ETag ?? '', modifiedMs: LastModified?.getTime() ?? 0 };
    return { ...address, ...facts, sha256: Metadata?.['sha256'] };
  });
}

export interface ListOptions {
  /** False: nothing below the next `/`. */
  readonly deep?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Every object whose key begins with the address's, by key. Objects that stand for a "folder" are passed over. */
export async function* listObjects(
  address: S3Address,
  { deep = true, signal }: ListOptions = {},
): AsyncGenerator<S3Object> {
  for await (const page of pages(address, deep ? undefined : '/', signal)) {
    for (const { Key, Size, ETag, LastModified } of page.Contents ?? []) {
      if (Key === undefined || Key.endsWith('/')) continue;
      const facts = { size: Size ?? 0, etag: ETag ?? '', modifiedMs: LastModified?.getTime() ?? 0 };
      yield { bucket: address.bucket, key: Key, ...facts };
    }
  }
}

async function* pages({ bucket, key }: S3Address, delimiter?: string, signal?: AbortSignal) {
  let token: string | undefined;
  do {
    const page = await onS3(s3Uri({ bucket, key }), async () => {
      const { sdk, client } = await s3Connection();
      const where = { Bucket: bucket, Prefix: key, Delimiter: delimiter, ContinuationToken: token };
      return await client.send(new sdk.ListObjectsV2Command(where), aborted(signal));
    });
    yield page;
    token = page.NextContinuationToken;
  } while (token !== undefined);
}

export async function readText(address: S3Address): Promise<string> {
  return await onS3(s3Uri(address), async () => {
    const { sdk, client } = await s3Connection();
    const { Body } = await client.send(new sdk.GetObjectCommand({ Bucket: address.bucket, Key: address.key }));
    return (await Body?.transformToString('utf8')) ?? '';
  });
}

export async function writeText(address: S3Address, text: string, signal?: AbortSignal): Promise<void> {
  await onS3(s3Uri(address), async () => {
    const { sdk, client } = await s3Connection();
    const command = new sdk.PutObjectCommand({ Bucket: address.bucket, Key: address.key, Body: Buffer.from(text) });
    await client.send(command, aborted(signal));
  });
}

/** The largest object that S3 copies in one request. */
export const MAX_COPY_BYTES = 5 * 2 ** 30;

/** Copies an object within S3, of at most `MAX_COPY_BYTES`. */
export async function copyObject(from: S3Address, to: S3Address): Promise<void> {
  await onS3(s3Uri(to), async () => {
    const { sdk, client } = await s3Connection();
    const source = `${from.bucket}/${from.key.split('/').map(encodeURIComponent).join('/')}`;
    await client.send(new sdk.CopyObjectCommand({ Bucket: to.bucket, Key: to.key, CopySource: source }));
  });
}

/** One request deletes as many. */
const DELETE_BATCH = 1000;

/** Deletes objects; those that are gone already are no error. */
export async function deleteObjects(bucket: string, keys: readonly string[]): Promise<void> {
  for (let from = 0; from < keys.length; from += DELETE_BATCH) {
    const batch = keys.slice(from, from + DELETE_BATCH);
    await onS3(s3Uri({ bucket, key: batch[0] ?? '' }), async () => {
      const { sdk, client } = await s3Connection();
      const Delete = { Objects: batch.map((Key) => ({ Key })), Quiet: true };
      const { Errors } = await client.send(new sdk.DeleteObjectsCommand({ Bucket: bucket, Delete }));
      const [first] = Errors ?? [];
      if (first !== undefined) throw Object.assign(new Error(first.Message), { name: first.Code ?? 'Unknown' });
    });
  }
}

/** An upload in parts that was begun and neither completed nor aborted: invisible, but it takes space. */
export interface OpenUpload extends S3Address {
  readonly uploadId: string;
  /** Epoch milliseconds. */
  readonly begunMs: number;
}

/** Empty on an S3 that does not list them. */
export async function* listUploads({ bucket, key }: S3Address): AsyncGenerator<OpenUpload> {
  let marker: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } | undefined = {};
  while (marker !== undefined) {
    const where: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } = marker;
    const page = await onS3(s3Uri({ bucket, key }), async () => {
      const { sdk, client } = await s3Connection();
      return await client.send(new sdk.ListMultipartUploadsCommand({ Bucket: bucket, Prefix: key, ...where }));
    }).catch((error: unknown) => {
      if (isPipelineError(error) && error.details['name'] === 'NotImplemented') return undefined;
      throw error;
    });
    for (const { Key, UploadId, Initiated } of page?.Uploads ?? []) {
      if (Key === undefined || UploadId === undefined) continue;
      yield { bucket, key: Key, uploadId: UploadId, begunMs: Initiated?.getTime() ?? 0 };
    }
    marker =
      page?.IsTruncated === true
        ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
        : undefined;
  }
}

export async function abortUpload({ bucket, key, uploadId }: OpenUpload): Promise<void> {
  await onS3(s3Uri({ bucket, key }), async () => {
    const { sdk, client } = await s3Connection();
    await client.send(new sdk.AbortMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId: uploadId }));
  });
}

function aborted(signal: AbortSignal | undefined): { abortSignal?: AbortSignal } {
  return signal === undefined ? {} : { abortSignal: signal };
}
