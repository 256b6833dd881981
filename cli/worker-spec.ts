import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WorkerSpec } from '../local/index.js';
import { statePaths } from '../local/index.js';
import { bundleUserCode } from '../worker/bundle-user-code.js';
import type { LoadedConfig } from '../worker/load-config.js';

const packageRoot = fileURLToPath(new URL('../', import.meta.url));

/**
 * The project's worker for the supervisor. Its digest covers what a running worker has already loaded: our own code,
 * the configuration, pipelines and components. Modules are looked at afresh for every execution.
 */
export async function workerSpec(config: LoadedConfig): Promise<WorkerSpec> {
  const loaded = await Promise.all(
    [...config.pipelines, ...config.components].map((file) => bundleUserCode(file, statePaths().bundles)),
  );
  const hash = createHash('sha256').update(ownBuild());
  for (const file of config.sources) hash.update(readFileSync(file));
  for (const { digest } of loaded) hash.update(digest);
  return {
    command: process.execPath,
    args: ['--enable-source-maps', path.join(packageRoot, 'worker/main.js')],
    cwd: config.root,
    digest: hash.digest('hex'),
  };
}

/** Name, size and time of every compiled file of ours: it changes with a release and with a rebuild. */
function ownBuild(): string {
  const files = readdirSync(packageRoot, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.js') && !name.startsWith('test'))
    .sort();
  return files
    .map((name) => {
      const { size, mtimeMs } = statSync(path.join(packageRoot, name));
      return `${name} ${size} ${mtimeMs}`;
    })
    .join('\n');
}
