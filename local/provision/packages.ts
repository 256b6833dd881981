import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PipelineError } from '../../errors/pipeline-error.js';

const require = createRequire(import.meta.url);

export interface InstalledPackage {
  readonly folder: string;
  readonly version: string;
}

/**
 * An installed npm package, found as Node finds it, but without running it or asking its `exports`.
 * @param from - look from this package's folder: for a dependency's own dependency
 */
export function findPackage(name: string, from?: string): InstalledPackage | undefined {
  const base = from === undefined ? require : createRequire(join(from, 'package.json'));
  for (const modules of base.resolve.paths(name) ?? []) {
    const folder = join(modules, name);
    const file = join(folder, 'package.json');
    if (!existsSync(file)) continue;
    const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
    return { folder, version };
  }
  return from === undefined || dirname(from) === from ? undefined : findPackage(name);
}

/** @throws PipelineError LOCAL_PACKAGE_MISSING */
export function requirePackage(name: string, from?: string): InstalledPackage {
  const found = findPackage(name, from);
  if (found !== undefined) return found;
  throw new PipelineError('LOCAL_PACKAGE_MISSING', { what: `The npm package ${name} is not installed.` });
}
