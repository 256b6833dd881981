import { closeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PipelineError } from '../../errors/pipeline-error.js';
import { spawnBound } from '../process/bound-child.js';
import { findTemporalCli } from '../provision/temporal-cli.js';
import type { StatePaths } from '../state.js';
import type { RunningServer } from './running-server.js';
import { lastLines, openLog } from './server-log.js';
import { hasEnded, stopProcess } from './stop-process.js';

export const TEMPORAL_PORT = 7233;
export const TEMPORAL_UI_PORT = 8233;
export const TEMPORAL_NAMESPACE = 'default';
const START_TIMEOUT_MS = 60_000;
const POLL_MS = 50;

/** Registered so that runs can be searched for them; their names are the workflows' own. */
const SEARCH_ATTRIBUTES = ['TfxPipeline=Keyword', 'TfxOutcome=Keyword', 'TfxSpan=Int', 'TfxModelVersion=Int'] as const;

export interface TemporalPorts {
  /** gRPC. */
  readonly port: number;
  readonly uiPort: number;
  /** HTTP API, used here to see whether it answers. */
  readonly httpPort: number;
  readonly metricsPort: number;
}

/**
 * Starts the Temporal development server on loopback ports, with its database in a file and its UI, and waits until its
 * namespace answers.
 *
 * @throws PipelineError LOCAL_SERVER_FAILED
 */
export async function startTemporal(
  paths: StatePaths,
  ports: TemporalPorts,
  env: NodeJS.ProcessEnv,
): Promise<RunningServer> {
  const program = await findTemporalCli(paths);
  const log = join(paths.logs, 'temporal.log');
  if (program === undefined) throw failed('The temporal program is not there.', log);
  const output = openLog(log);
  const child = spawnBound(program, commandLine(paths, ports), {
    env,
    stdio: ['ignore', output, output],
    detached: true,
  });
  closeSync(output);
  child.on('error', () => undefined);
  await waitUntilAnswers(() => hasEnded(child), ports.httpPort, log);
  return { child, stop: () => stopProcess(child, [{ signal: 'SIGTERM', waitMs: 5000 }]) };
}

function commandLine(paths: StatePaths, ports: TemporalPorts): string[] {
  const flags = {
    '--ip': '127.0.0.1',
    '--port': String(ports.port),
    '--ui-port': String(ports.uiPort),
    '--http-port': String(ports.httpPort),
    '--metrics-port': String(ports.metricsPort),
    '--namespace': TEMPORAL_NAMESPACE,
    '--db-filename': paths.temporalDatabase,
    '--log-level': 'warn',
  };
  const attributes = SEARCH_ATTRIBUTES.flatMap((attribute) => ['--search-attribute', attribute]);
  return ['server', 'start-dev', ...Object.entries(flags).flat(), ...attributes];
}

async function waitUntilAnswers(isGone: () => boolean, httpPort: number, log: string): Promise<void> {
  const url = `http://127.0.0.1:${String(httpPort)}/api/v1/namespaces/${TEMPORAL_NAMESPACE}`;
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    if (isGone()) throw failed(`The Temporal server ended at its start: ${lastLines(log, 4).join(' | ')}`, log);
    if (await answersOk(url)) return;
    await sleep(POLL_MS);
  }
  throw failed(`The Temporal server does not answer after ${String(START_TIMEOUT_MS / 1000)} s.`, log);
}

async function answersOk(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2000) })).ok;
  } catch {
    return false;
  }
}

function failed(what: string, log: string): PipelineError {
  return new PipelineError('LOCAL_SERVER_FAILED', { what: `${what} (log: ${log})`, details: { log } });
}
