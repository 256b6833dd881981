import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../process/run-command.js';
import { postgresFolder } from '../provision/postgres-binaries.js';
import { findTemporalCli } from '../provision/temporal-cli.js';
import { isFree } from '../servers/ports.js';
import { POSTGRES_PORT } from '../servers/postgres.js';
import { TEMPORAL_PORT, TEMPORAL_UI_PORT } from '../servers/temporal.js';
import type { StatePaths } from '../state.js';
import { localStatus } from '../supervisor/status.js';
import type { CheckResult } from './doctor.js';

const SETUP = 'Run `npm run setup` (in a project: `npx tfx-temporal setup`).';

export async function checkTemporalCli(paths: StatePaths): Promise<CheckResult> {
  const program = await findTemporalCli(paths);
  if (program === undefined) return { state: 'failed', found: 'not provisioned yet', fix: SETUP };
  const { code, stdout } = await runCommand(program, ['--version'], { timeoutMs: 10_000 });
  if (code === 0) return { state: 'ok', found: `${stdout.trim()} (${program})` };
  return { state: 'failed', found: `${program} does not run`, fix: `Delete it, or correct TEMPORAL_CLI. ${SETUP}` };
}

export async function checkPostgresBinaries(paths: StatePaths): Promise<CheckResult> {
  const program = join(postgresFolder({ paths }), 'bin', 'postgres');
  if (!existsSync(program)) return { state: 'failed', found: 'not provisioned yet', fix: SETUP };
  const { code, output } = await runCommand(program, ['--version'], { timeoutMs: 10_000 });
  if (code === 0) return { state: 'ok', found: output.trim() };
  return { state: 'failed', found: output.trim(), fix: `Delete ${postgresFolder({ paths })}. ${SETUP}` };
}

export async function checkSupervisor(paths: StatePaths): Promise<CheckResult> {
  const status = await localStatus(paths.state);
  if (!status.running) return { state: 'ok', found: 'not running (they start with `run` and `dev`)' };
  const missing = [
    ...(status.postgresPid === undefined ? ['PostgreSQL'] : []),
    ...(status.temporalPid === undefined ? ['Temporal'] : []),
  ];
  if (missing.length === 0)
    return { state: 'ok', found: `Temporal at ${status.temporalAddress}, UI ${status.temporalUiUrl}` };
  const fix = `Look into ${paths.logs}; they are being started again.`;
  return { state: 'failed', found: `${missing.join(' and ')} not running`, fix };
}

/** Taken ports are stepped over, so this only says where things would be. */
export async function checkPorts(paths: StatePaths): Promise<CheckResult> {
  const status = await localStatus(paths.state);
  if (status.running) return { state: 'ok', found: 'in use by the embedded servers' };
  const wanted = [TEMPORAL_PORT, TEMPORAL_UI_PORT, POSTGRES_PORT];
  const free = await Promise.all(wanted.map((port) => isFree(port)));
  const taken = wanted.filter((_, index) => free[index] !== true);
  const found =
    taken.length === 0 ? `${wanted.join(', ')} are free` : `${taken.join(', ')} taken: the next free ones are used`;
  return { state: 'ok', found };
}
