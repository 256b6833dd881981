import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

interface Lockfile {
  readonly packages?: Readonly<Record<string, { readonly version?: string }>>;
}

/**
 * The exact versions of packages, as the nearest lockfile upward has them; of packages that it does not name, as they
 * are installed. They are part of a module's digest: another version of a package may compute something else.
 */
export function lockedVersions(names: readonly string[], folder: string): [string, string][] {
  const lockfile = readNearest(folder, 'package-lock.json') as Lockfile | undefined;
  return names
    .filter((name) => name !== 'tfx-temporal') // Our own version enters the fingerprint by itself.
    .map((name) => [name, lockfile?.packages?.[`node_modules/${name}`]?.version ?? installedVersion(name, folder)]);
}

function installedVersion(name: string, folder: string): string {
  const manifest = readNearest(folder, path.join('node_modules', name, 'package.json')) as
    { readonly version?: string } | undefined;
  return manifest?.version ?? 'none';
}

function readNearest(from: string, relative: string): unknown {
  for (let folder = path.resolve(from); ; folder = path.dirname(folder)) {
    const file = path.join(folder, relative);
    if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
    if (folder === path.dirname(folder)) return undefined;
  }
}
