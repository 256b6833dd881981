import { setTimeout as sleep } from 'node:timers/promises';
import { isPipelineError, PipelineError } from '../../errors/pipeline-error.js';
import { s3Uri } from './address.js';
import { s3Connection } from './client.js';
import { onS3, s3Error } from './errors.js';
import type { S3Object } from './objects.js';

const MAX_RESUMES = 5;
const PAUSE_MS = 500;

/**
 * An object's bytes, as it was when its facts were asked for. A connection that breaks is taken up again where it
 * broke.
 * @throws PipelineError S3_OBJECT_CHANGED, S3_UNAVAILABLE and the other S3 codes
 */
export async function* readObject(object: S3Object, signal?: AbortSignal): AsyncGenerator<Buffer> {
  let received = 0;
  for (let resumes = 0; received < object.size || resumes === 0; resumes++) {
    signal?.throwIfAborted();
    if (resumes > 0) await sleep(PAUSE_MS * resumes, undefined, { signal });
    try {
      for await (const chunk of await bytesFrom(object, received, signal)) {
        received += chunk.length;
        if (received > object.size) throw changed(object);
        yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      }
      if (received < object.size && resumes === MAX_RESUMES) throw new Error('the connection broke again and again');
    } catch (error) {
      if (signal?.aborted === true) throw error;
      if (isPipelineError(error) && error.code !== 'S3_UNAVAILABLE') throw error;
      if (resumes === MAX_RESUMES) throw s3Error(s3Uri(object), error);
    }
  }
}

async function bytesFrom(object: S3Object, from: number, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
  const { Body, ETag } = await onS3(s3Uri(object), async () => {
    const { sdk, client } = await s3Connection();
    const range = from === 0 ? {} : { Range: `bytes=${from}-` };
    const match = object.etag === '' ? {} : { IfMatch: object.etag };
    const command = new sdk.GetObjectCommand({ Bucket: object.bucket, Key: object.key, ...range, ...match });
    return await client.send(command, signal === undefined ? {} : { abortSignal: signal });
  });
  // Not every S3 heeds If-Match.
  if (ETag !== undefined && object.etag !== '' && ETag !== object.etag) throw changed(object);
  return (Body ?? []) as AsyncIterable<Uint8Array>;
}

function changed(object: S3Object): PipelineError {
  return new PipelineError('S3_OBJECT_CHANGED', {
    what: `${s3Uri(object)} was replaced while it was read.`,
    details: { place: s3Uri(object) },
  });
}
