import path from 'node:path';
import { uriToPath } from '../../artifacts/uri.js';

/**
 * A `destination` parameter as an absolute path; a relative one lies under the worker's folder, the project's.
 * @throws URI_UNSUPPORTED
 */
export function localDestination(given: string): string {
  const isUri = /^[a-z][a-z0-9+.-]*:\/\//i.test(given);
  return isUri ? uriToPath(given) : path.resolve(given);
}
