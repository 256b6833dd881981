import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root, seen from the compiled test. */
export const repositoryRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');

/**
 * A file of the shared folder beside the repository (data, golden results), or undefined where there is none.
 * A test without it must skip with that reason.
 */
export function sharedPath(relativePath: string): string | undefined {
  const found = path.join(repositoryRoot, '../shared', relativePath);
  return existsSync(found) ? found : undefined;
}

/** The reason to give to `skip` for a test that needs a shared file, or false when it is there. */
export function skipWithout(relativePath: string): string | false {
  return sharedPath(relativePath) === undefined ? `needs ../shared/${relativePath}, which is not here` : false;
}
