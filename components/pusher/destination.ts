import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { PipelineError } from '../../errors/pipeline-error.js';

/**
 * A push destination as an absolute path. A relative one lies under the first root.
 * @throws PUSH_DESTINATION_INVALID
 */
export function destinationPath(given: string, roots: readonly string[]): string {
  if (given.includes('\0')) throw invalid(given, 'holds a NUL character');
  if (given.startsWith('file:')) return path.resolve(fileUrl(given));
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(given)) throw invalid(given, 'is not on a file system');
  if (path.isAbsolute(given)) return path.resolve(given);
  const [root] = roots;
  if (root === undefined) throw invalid(given, 'is relative, and no root for destinations is configured');
  return path.resolve(root, given);
}

function fileUrl(given: string): string {
  try {
    return fileURLToPath(given);
  } catch (cause) {
    throw invalid(given, 'is no file: URI of this machine', cause);
  }
}

/**
 * Checks that a destination lies below one of the roots, symbolic links followed. No roots: anywhere.
 * @throws PUSH_DESTINATION_OUTSIDE_ROOTS
 */
export async function checkDestination(destination: string, roots: readonly string[]): Promise<void> {
  if (roots.length === 0) return;
  const real = await realAncestor(destination);
  for (const root of roots) {
    const relative = path.relative(await realAncestor(path.resolve(root)), real);
    if (relative === '' || (!relative.startsWith(`..${path.sep}`) && relative !== '..' && !path.isAbsolute(relative))) {
      return;
    }
  }
  throw new PipelineError('PUSH_DESTINATION_OUTSIDE_ROOTS', {
    what: `${destination} does not lie below ${roots.join(' or ')}.`,
    details: { destination },
  });
}

/** The real path of a place that may not exist yet: its nearest existing ancestor's, and the rest. */
async function realAncestor(place: string): Promise<string> {
  try {
    return await realpath(place);
  } catch (error) {
    const parent = path.dirname(place);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || parent === place) throw error;
    return path.join(await realAncestor(parent), path.basename(place));
  }
}

function invalid(given: string, what: string, cause?: unknown): PipelineError {
  return new PipelineError('PUSH_DESTINATION_INVALID', {
    what: `The destination ${JSON.stringify(given)} ${what}.`,
    details: { destination: given },
    cause,
  });
}
