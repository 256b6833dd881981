import { readdir } from 'node:fs/promises';

/** Versions are folders named by a positive whole number, as TF Serving reads them. */
export function isVersionName(name: string): boolean {
  return /^[1-9][0-9]{0,14}$/.test(name);
}

/** The versions in a model's base folder, ascending. */
export async function listVersions(destination: string): Promise<number[]> {
  let entries;
  try {
    entries = await readdir(destination, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return entries
    .filter((entry) => entry.isDirectory() && isVersionName(entry.name))
    .map((entry) => Number(entry.name))
    .sort((a, b) => a - b);
}

/** The next version: unix seconds, but always above every version that is there. */
export function nextVersion(versions: readonly number[], now: number): number {
  return Math.max(Math.floor(now / 1000), (versions.at(-1) ?? 0) + 1);
}
