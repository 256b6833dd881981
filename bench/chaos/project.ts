import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { workerSpec } from '../../cli/worker-spec.js';
import { migrate } from '../../lineage/index.js';
import { connectLocal, findProjectRoot, type LocalServers, statePaths } from '../../local/index.js';
import { loadConfig } from '../../worker/load-config.js';

/** A project folder of its own, with embedded servers and the project's worker, which the supervisor keeps running. */
export interface ChaosProject {
  readonly folder: string;
  readonly data: string;
  readonly destination: string;
  readonly artifactRoot: string;
  readonly local: LocalServers;
}

/** Makes the project below the system's folder for temporary files and enters it: commands find it from there. */
export async function openProject(): Promise<ChaosProject> {
  process.env['TFX_TEMPORAL_TOOLS'] ??= statePaths(path.join(findProjectRoot(), '.tfx-temporal')).tools;
  const folder = mkdtempSync(path.join(tmpdir(), 'tfx-chaos-'));
  process.chdir(folder);
  process.env['TFX_TEMPORAL_STATE'] = path.join(folder, 'state');
  const compiled = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
  const config = { pipelines: [compiled('pipelines.js')], modules: { chaos: compiled('module.js') } };
  writeFileSync(path.join(folder, 'tfx.config.mjs'), `export default ${JSON.stringify(config)};\n`);
  const data = path.join(folder, 'data');
  mkdirSync(data);
  const loaded = await loadConfig();
  const local = await connectLocal();
  await migrate(local.databaseUrl);
  local.ensureWorker(await workerSpec(loaded));
  return {
    folder,
    data,
    destination: path.join(folder, 'serving'),
    artifactRoot: fileURLToPath(loaded.artifactRoot),
    local,
  };
}
