import { realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, isAbsolute, sep } from 'node:path';
import { PipelineError } from '../errors/pipeline-error.js';
import { isS3, isUnderS3 } from './s3/address.js';
import { uriToPath } from './uri.js';

/**
 * Refuses a place that does not lie under one of the roots, also when links lead out of them.
 * @param uri an `s3:` or `file:` URI or an absolute path; it need not exist yet
 * @returns the `s3:` URI; or the absolute path, with links resolved as far as it exists
 * @throws PipelineError URI_OUTSIDE_ROOTS, URI_UNSUPPORTED
 */
export async function requireUnderRoots(uri: string, roots: readonly string[]): Promise<string> {
  if (isS3(uri)) {
    if (roots.some((root) => isS3(root) && isUnderS3(root, uri))) return uri;
  } else {
    const path = await realPath(uriToPath(uri));
    for (const root of roots) {
      if (!isS3(root) && isInside(await realPath(uriToPath(root)), path)) return path;
    }
  }
  throw new PipelineError('URI_OUTSIDE_ROOTS', {
    what: `${uri} lies outside of ${roots.join(', ') || 'every root, because none is configured'}.`,
    details: { uri },
  });
}

function isInside(root: string, path: string): boolean {
  const rest = relative(root, path);
  return rest !== '..' && !rest.startsWith(`..${sep}`) && !isAbsolute(rest);
}

/** Like `realpath`, for a path whose last parts may not exist yet. */
async function realPath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const parent = dirname(path);
    if ((code !== 'ENOENT' && code !== 'ENOTDIR') || parent === path) throw error;
    return join(await realPath(parent), basename(path));
  }
}
