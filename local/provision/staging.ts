import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

const MARK = '.staging-';

/**
 * Makes a file or folder under a temporary name beside its place and renames it there when it is whole, so that a
 * set-up that is killed at any moment leaves nothing half. What killed ones have left is removed.
 * Callers hold the set-up's lock.
 *
 * @param make - makes the thing at the path that it is given, inside a folder that exists
 */
export async function stage(destination: string, make: (temporary: string) => Promise<void>): Promise<void> {
  const folder = dirname(destination);
  await mkdir(folder, { recursive: true });
  await removeStaging(folder);
  const room = join(folder, `${MARK}${randomBytes(4).toString('hex')}`);
  await mkdir(room);
  try {
    const temporary = join(room, basename(destination));
    await make(temporary);
    await rm(destination, { recursive: true, force: true });
    await rename(temporary, destination);
  } finally {
    await rm(room, { recursive: true, force: true });
  }
}

async function removeStaging(folder: string): Promise<void> {
  const names = await readdir(folder);
  const left = names.filter((name) => name.startsWith(MARK));
  await Promise.all(left.map((name) => rm(join(folder, name), { recursive: true, force: true })));
}
