import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { PipelineError } from '../errors/pipeline-error.js';
import { canonicalS3, isS3 } from './s3/address.js';

/**
 * The local path of a `file:` URI or an absolute path.
 * @throws PipelineError URI_UNSUPPORTED
 */
export function uriToPath(uri: string): string {
  if (isAbsolute(uri)) return resolve(uri);
  if (uri.startsWith('file://')) {
    try {
      return resolve(fileURLToPath(uri));
    } catch (error) {
      throw new PipelineError('URI_UNSUPPORTED', { what: `${uri} is not a local file URI.`, cause: error });
    }
  }
  throw new PipelineError('URI_UNSUPPORTED', { what: `${uri} is neither an absolute path nor a file:// URI.` });
}

/**
 * The one way in which a place is written: `s3:` or `file:`, without a slash at its end.
 * @throws PipelineError URI_UNSUPPORTED
 */
export function canonicalUri(uri: string): string {
  return isS3(uri) ? canonicalS3(uri) : pathToUri(uriToPath(uri));
}

/** The `file:` URI of a path, without a trailing slash. */
export function pathToUri(path: string): string {
  return pathToFileURL(resolve(path)).href;
}

/** A name as one segment of a path or URI: nothing that needs quoting, and never `.` or `..`. */
export function safeSegment(name: string): string {
  const safe = name.replace(/[^A-Za-z0-9._=[\]-]/g, '_').slice(0, 100);
  return /^\.*$/.test(safe) ? '_' : safe;
}
