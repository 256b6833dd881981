import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { WorkerSpec } from '../../local/index.js';
import { useSharedTools } from '../support/servers.js';

export interface Command {
  readonly child: ChildProcess;
  /** Every line that the command printed: events, and `connected`. */
  readonly lines: Record<string, unknown>[];
}

/** A state folder of a test's own; the staged programs are shared. */
export function newState(): string {
  useSharedTools();
  process.env['TFX_TEMPORAL_FAST_POSTGRES'] = '1';
  return mkdtempSync(join(tmpdir(), 'tfx-local-'));
}

/** Starts a process that connects to the embedded servers and stays. */
export function startCommand(state: string, worker?: WorkerSpec): Command {
  const main = fileURLToPath(new URL('./command-process.js', import.meta.url));
  const words = worker === undefined ? [] : [JSON.stringify(worker)];
  const child = spawn(process.execPath, [main, state, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: Record<string, unknown>[] = [];
  createInterface(child.stdout).on('line', (line) => lines.push(JSON.parse(line) as Record<string, unknown>));
  return { child, lines };
}

/** Waits for a line that has these values. */
export async function lineOf(command: Command, values: Record<string, unknown>): Promise<Record<string, unknown>> {
  const matches = (line: Record<string, unknown>) =>
    Object.entries(values).every(([key, value]) => line[key] === value);
  return await eventually(() => command.lines.find(matches), `a line with ${JSON.stringify(values)}`);
}

/** Polls until something is there; gives up after 40 seconds. */
export async function eventually<T>(look: () => T | undefined | Promise<T | undefined>, what: string): Promise<T> {
  for (let waited = 0; waited < 40_000; waited += 50) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(50);
  }
  throw new Error(`waited in vain for ${what}`);
}
