import { PipelineError } from '../../errors/pipeline-error.js';

/** An object, or what objects' keys begin with. */
export interface S3Address {
  readonly bucket: string;
  /** As it is: nothing in it is percent-encoded. May be ''. */
  readonly key: string;
}

const SCHEME = 's3://';

export function isS3(uri: string): boolean {
  return uri.slice(0, SCHEME.length).toLowerCase() === SCHEME;
}

/**
 * Reads `s3://bucket/key`.
 * @throws PipelineError URI_UNSUPPORTED
 */
export function parseS3(uri: string): S3Address {
  const rest = isS3(uri) ? uri.slice(SCHEME.length) : '';
  const slash = rest.indexOf('/');
  const bucket = slash < 0 ? rest : rest.slice(0, slash);
  const key = slash < 0 ? '' : rest.slice(slash + 1);
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{1,62}$/.test(bucket)) return { bucket, key };
  throw new PipelineError('URI_UNSUPPORTED', {
    what: `${uri} is no s3://bucket/key.`,
    fix: 'Name a bucket of 3 to 63 letters, digits, dots and hyphens.',
  });
}

export function s3Uri({ bucket, key }: S3Address): string {
  return key === '' ? `${SCHEME}${bucket}` : `${SCHEME}${bucket}/${key}`;
}

/** The same address without slashes at its end, and without empty, `.` and `..` parts, which lead nowhere on S3. */
export function canonicalS3(uri: string): string {
  const { bucket, key } = parseS3(uri.replace(/\/+$/, ''));
  if (!key.split('/').some((part, _, { length }) => length > 1 && /^\.{0,2}$/.test(part)) && !/^\.{1,2}$/.test(key)) {
    return s3Uri({ bucket, key });
  }
  throw new PipelineError('URI_UNSUPPORTED', { what: `${uri} has an empty part, \`.\` or \`..\` in it.` });
}

/** Whether an address is another one, or lies below it. */
export function isUnderS3(root: string, uri: string): boolean {
  const above = parseS3(root.replace(/\/+$/, ''));
  const { bucket, key } = parseS3(uri);
  return bucket === above.bucket && (above.key === '' || key === above.key || key.startsWith(`${above.key}/`));
}
