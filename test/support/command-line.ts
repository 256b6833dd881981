import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import { connectLocal, stopLocal } from '../../local/index.js';
import { repositoryRoot } from './shared.js';
import { useSharedTools } from './servers.js';

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandLine {
  /** A folder of the test's own, removed at its end. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** Runs `tfx-temporal` with embedded servers of the test's own. */
  tfxTemporal(...args: string[]): Promise<CommandResult>;
}

/** What would point the command at other servers, or make a child's test runner think that it is ours. */
const FOREIGN = /^(DATABASE_URL|TEMPORAL_(?!CLI$)\w+|NODE_TEST_CONTEXT)$/;

/** Node runs a hook that is registered within a `before` hook right after that. */
const cleanUp: (() => Promise<void>)[] = [];
after(async () => {
  for (const step of cleanUp) await step();
});

/**
 * The real command line on embedded servers of this test file's own, which stay up between its commands: a state folder
 * that nobody else uses, so that lineage and caches start empty.
 */
export async function commandLine(): Promise<CommandLine> {
  useSharedTools();
  const folder = await mkdtemp(path.join(os.tmpdir(), 'tfx-temporal-e2e-'));
  const state = path.join(folder, 'state');
  const inherited = Object.entries(process.env).filter(([name]) => !FOREIGN.test(name));
  const env: NodeJS.ProcessEnv = {
    ...Object.fromEntries(inherited),
    TFX_TEMPORAL_STATE: state,
    TFX_TEMPORAL_FAST_POSTGRES: '1',
    NO_COLOR: '1',
  };
  process.env['TFX_TEMPORAL_FAST_POSTGRES'] = '1';
  const servers = await connectLocal({ state });
  cleanUp.push(async () => {
    await servers.release();
    await stopLocal(state);
    await rm(folder, { recursive: true, force: true });
  });
  return {
    folder,
    env,
    tfxTemporal: (...args) => run([path.join(repositoryRoot, 'bin/tfx-temporal.mjs'), ...args], env),
  };
}

function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { env, cwd: repositoryRoot, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code, stdout, stderr });
    });
  });
}
