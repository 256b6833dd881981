import type { ErrorCode } from '../../errors/catalog/index.js';
import { isPipelineError, PipelineError } from '../../errors/pipeline-error.js';

const FORBIDDEN = new Set([
  'AccessDenied',
  'AccountProblem',
  'AllAccessDisabled',
  'ExpiredToken',
  'Forbidden',
  'InvalidAccessKeyId',
  'InvalidToken',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
  'TokenRefreshRequired',
]);
const CREDENTIALS = new Set(['CredentialsProviderError', 'TokenProviderError', 'InvalidIdentityTokenException']);
const WRONG_REGION = new Set([
  'PermanentRedirect',
  'AuthorizationHeaderMalformed',
  'IllegalLocationConstraintException',
]);
const MISSING = new Set(['NoSuchKey', 'NotFound', 'NoSuchUpload']);

/** Runs a step on S3, with its errors as coded ones. @param place what people know it as, e.g. its address */
export async function onS3<T>(place: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw s3Error(place, error);
  }
}

/** What went wrong, as a coded error; an abort and what is coded already stay as they are. */
export function s3Error(place: string, error: unknown): unknown {
  if (isPipelineError(error) || !(error instanceof Error) || error.name === 'AbortError') return error;
  const { name, message } = error;
  const status = statusOf(error);
  // An answer to HEAD has no body, and so no name.
  const said = name === 'Unknown' || name === 'UnknownError' ? '' : `${name}: `;
  const coded = (code: ErrorCode, what: string): PipelineError =>
    new PipelineError(code, { what: `${place}: ${what}`, details: { place, name, status }, cause: error });
  if (name === 'NoSuchBucket') return coded('S3_BUCKET_NOT_FOUND', 'there is no such bucket.');
  if (MISSING.has(name) || status === 404) return coded('S3_OBJECT_NOT_FOUND', 'it is not there.');
  if (CREDENTIALS.has(name)) return coded('S3_CREDENTIALS_MISSING', message);
  if (WRONG_REGION.has(name)) return coded('S3_REGION_WRONG', said + message);
  if (FORBIDDEN.has(name) || status === 401 || status === 403) return coded('S3_FORBIDDEN', said + message);
  if (name === 'PreconditionFailed' || status === 412) return coded('S3_OBJECT_CHANGED', 'it was replaced meanwhile.');
  if (status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 429)
    return coded('S3_REQUEST_REFUSED', said + message);
  return coded('S3_UNAVAILABLE', said + message);
}

function statusOf(error: Error): number | undefined {
  const metadata: unknown = '$metadata' in error ? error.$metadata : undefined;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}

/** Runs a step in which an object that is not there is an error of the caller's own. */
export async function missingAs<T>(code: 'ARTIFACT_MISSING' | 'INPUT_NOT_FOUND', step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (cause) {
    if (!isPipelineError(cause) || cause.code !== 'S3_OBJECT_NOT_FOUND') throw cause;
    throw new PipelineError(code, { what: cause.what, details: cause.details, cause });
  }
}
