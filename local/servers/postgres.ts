import { randomBytes } from 'node:crypto';
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { PipelineError } from '../../errors/pipeline-error.js';
import { commandLineOf, isAlive } from '../process/leftovers.js';
import { runCommand } from '../process/run-command.js';
import { postgresFolder } from '../provision/postgres-binaries.js';
import type { StatePaths } from '../state.js';
import { postgresHome, type PostgresHome } from './postgres-user.js';
import type { RunningServer } from './running-server.js';
import { lastLines, openLog } from './server-log.js';
import { hasEnded, stopProcess } from './stop-process.js';

export const POSTGRES_PORT = 54_329;
const USER = 'tfx';
const DATABASE = 'tfx';
const START_TIMEOUT_MS = 60_000;
const POLL_MS = 50;

export interface RunningPostgres extends RunningServer {
  readonly databaseUrl: string;
}

export interface PostgresOptions {
  readonly port: number;
  readonly env: NodeJS.ProcessEnv;
  /** Gives up durability over a crash of the machine, not of the process: for tests. */
  readonly fast?: boolean;
}

/**
 * Starts the embedded Postgres on a loopback port, after making its cluster when there is none, and waits until it
 * answers. The caller holds the supervisor's lock, so a `postmaster.pid` that is found is a leftover.
 *
 * @throws PipelineError LOCAL_SERVER_FAILED
 */
export async function startPostgres(paths: StatePaths, options: PostgresOptions): Promise<RunningPostgres> {
  mkdirSync(paths.postgres, { recursive: true, mode: 0o700 });
  const home = await postgresHome(postgresFolder({ paths }), paths.postgres);
  const password = await makeCluster(home, paths);
  const data = join(home.folder, 'data');
  await endOldPostmaster(data);
  const log = join(paths.logs, 'postgres.log');
  const output = openLog(log);
  const words = [...home.words, join(home.binaries, 'bin', 'postgres'), '-D', data, ...settings(options)];
  const child = spawn(words[0] ?? '', words.slice(1), {
    cwd: '/',
    env: { ...options.env, TZ: 'UTC' },
    stdio: ['ignore', output, output],
    detached: true,
  });
  closeSync(output);
  child.on('error', () => undefined);
  const url = (database: string) => `postgres://${USER}:${password}@127.0.0.1:${String(options.port)}/${database}`;
  await waitUntilAnswers(() => hasEnded(child), url('postgres'), log);
  const stop = () =>
    stopProcess(child, [
      { signal: 'SIGINT', waitMs: 10_000 },
      { signal: 'SIGQUIT', waitMs: 3000 },
    ]);
  return { child, databaseUrl: url(DATABASE), stop };
}

/** A postmaster whose supervisor was killed is on its way out: two on one cluster would destroy it. */
async function endOldPostmaster(data: string): Promise<void> {
  const file = join(data, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (let signal: NodeJS.Signals = 'SIGQUIT'; isPostgres(pid, data); signal = 'SIGKILL') {
    process.kill(pid, signal);
    for (let waited = 0; waited < 5000 && isAlive(pid); waited += POLL_MS) await sleep(POLL_MS);
    if (Date.now() > deadline) throw failed(`An old PostgreSQL (process ${String(pid)}) does not end`, data);
  }
  rmSync(file, { force: true });
}

/** Process ids are used again: only one whose command line names this cluster is meant. */
function isPostgres(pid: number, data: string): boolean {
  return isAlive(pid) && commandLineOf(pid).includes(data);
}

function settings(options: PostgresOptions): string[] {
  const values = {
    listen_addresses: '127.0.0.1',
    port: String(options.port),
    unix_socket_directories: '',
    max_connections: '200',
    log_timezone: 'UTC',
    ...(options.fast === true ? { fsync: 'off', full_page_writes: 'off' } : {}),
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** Makes the cluster under a temporary name, once. @returns the password of its only user */
async function makeCluster(home: PostgresHome, paths: StatePaths): Promise<string> {
  const data = join(home.folder, 'data');
  const passwordFile = join(home.folder, 'password');
  if (existsSync(data) && existsSync(passwordFile)) return readFileSync(passwordFile, 'utf8').trim();
  const staged = join(home.folder, 'data.staging');
  for (const path of [data, staged, passwordFile]) rmSync(path, { recursive: true, force: true });
  const password = randomBytes(24).toString('base64url');
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  home.give(passwordFile);
  const access = ['--username', USER, '--pwfile', passwordFile, '--auth', 'scram-sha-256'];
  const text = ['--encoding', 'UTF8', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8', '--locale', 'C'];
  const words = [...home.words, join(home.binaries, 'bin', 'initdb'), '--no-sync', ...access, ...text, '-D', staged];
  const result = await runCommand(words[0] ?? '', words.slice(1), { cwd: '/' });
  if (result.code !== 0) throw failed(`initdb failed: ${result.output.trim().slice(-800)}`, paths.postgres);
  renameSync(staged, data);
  return password;
}

async function waitUntilAnswers(isGone: () => boolean, url: string, log: string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  let reason = 'it did not answer in time';
  while (Date.now() < deadline) {
    if (isGone()) throw failed(`PostgreSQL ended at its start: ${lastLines(log, 4).join(' | ')}`, log);
    try {
      await makeDatabase(url);
      return;
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
    await sleep(POLL_MS);
  }
  throw failed(`PostgreSQL does not answer after ${String(START_TIMEOUT_MS / 1000)} s: ${reason}`, log);
}

async function makeDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const found = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
    if (found.rowCount === 0) await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function failed(what: string, log: string): PipelineError {
  return new PipelineError('LOCAL_SERVER_FAILED', { what: `${what} (log: ${log})`, details: { log } });
}
