import { isPipelineError, PipelineError } from '../../errors/pipeline-error.js';
import { parseS3, s3Uri, type S3Address } from '../../artifacts/s3/address.js';
import { missingAs } from '../../artifacts/s3/errors.js';
import { headObject, listObjects, type S3Object } from '../../artifacts/s3/objects.js';
import { readObject } from '../../artifacts/s3/read-object.js';
import { globToRegExp, isGlob } from './glob.js';
import { remoteAccess, requireDownloadSize } from './remote-access.js';
import type { RemoteSource } from './remote-source.js';

/** Objects on S3, told apart by ETag and size: nothing is downloaded to know whether there is anything new. */
export const s3Source: RemoteSource = {
  lists: true,
  find: (pattern, { orUnder }) => missingAs('INPUT_NOT_FOUND', () => find(pattern, orUnder)),
  fingerprint: async (file, signal) => fingerprintOf(await requireObject(file, signal)),
  read: (file, signal) => {
    let object: S3Object | undefined;
    async function* bytes(): AsyncGenerator<Buffer> {
      object = await requireObject(file, signal);
      yield* readObject(object, signal);
    }
    return { bytes: bytes(), fingerprint: () => (object === undefined ? '' : fingerprintOf(object)) };
  },
  exists: (file) => exists(allowedAddress(file)),
  shown: (file) => file,
};

async function find(pattern: string, orUnder: boolean | undefined): Promise<string[]> {
  const { bucket, key } = allowedAddress(pattern);
  if (key !== '' && !key.endsWith('/') && (await exists({ bucket, key }))) return [s3Uri({ bucket, key })];
  const folder = isGlob(key) ? undefined : key.replace(/\/*$/, key.replace(/\/+$/, '') === '' ? '' : '/');
  const prefix = folder ?? key.slice(0, key.search(/[*?[]/));
  const matches = folder === undefined ? globToRegExp(key, orUnder) : /^[^/.][^/]*$/;
  const found: string[] = [];
  for await (const object of listObjects({ bucket, key: prefix }, { deep: folder === undefined })) {
    if (matches.test(folder === undefined ? object.key : object.key.slice(folder.length))) found.push(s3Uri(object));
  }
  if (found.length > 0) return found.sort();
  throw new PipelineError('INPUT_NOT_FOUND', { what: `No object matches ${pattern}.`, details: { input: pattern } });
}

/** Where listing is forbidden, S3 answers 403 for what is not there. */
async function exists(address: S3Address): Promise<boolean> {
  try {
    await headObject(address);
    return true;
  } catch (error) {
    if (isPipelineError(error) && (error.code === 'S3_OBJECT_NOT_FOUND' || error.code === 'S3_FORBIDDEN')) return false;
    throw error;
  }
}

async function requireObject(file: string, signal?: AbortSignal): Promise<S3Object> {
  const object = await missingAs('INPUT_NOT_FOUND', () => headObject(allowedAddress(file), signal));
  requireDownloadSize(file, object.size, remoteAccess());
  return object;
}

function fingerprintOf({ etag, size }: S3Object): string {
  return `s3 ${etag} ${size}`;
}

/** @throws INPUT_BUCKET_NOT_ALLOWED, URI_UNSUPPORTED */
function allowedAddress(address: string): S3Address {
  const parsed = parseS3(address);
  const { allowedBuckets } = remoteAccess();
  if (allowedBuckets === undefined || allowedBuckets.has(parsed.bucket)) return parsed;
  throw new PipelineError('INPUT_BUCKET_NOT_ALLOWED', {
    what: `Bucket ${parsed.bucket} is not on the allow-list (${[...allowedBuckets].join(', ') || 'empty'}).`,
    details: { bucket: parsed.bucket },
  });
}
