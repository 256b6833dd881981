import type { ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import { join } from 'node:path';
import type { LocalEvent, OnLocalEvent } from '../events.js';
import { spawnBound } from '../process/bound-child.js';
import { lastLines, openLog } from '../servers/server-log.js';
import { hasEnded, stopProcess } from '../servers/stop-process.js';
import type { LocalAddresses, WorkerSpec } from './protocol.js';

/** Waits before restarts after deaths in a row, in milliseconds: a killed worker is back at once, a broken one not in a loop. */
const RESTART_DELAYS = [100, 500, 1000, 2000, 5000] as const;
/** A worker that dies this often without once having said that it is ready is broken: only a change helps. */
const BROKEN_AFTER = 3;
const STOP_STEPS = [{ signal: 'SIGTERM', waitMs: 8000 }] as const;

/** The project's worker: kept running, restarted when its digest changes. It says `{ ready: true }` over Node's IPC channel. */
export class WorkerProcess {
  readonly #addresses: LocalAddresses;
  readonly #env: NodeJS.ProcessEnv;
  readonly #onEvent: OnLocalEvent;
  #spec: WorkerSpec | undefined;
  #child: ChildProcess | undefined;
  #timer: NodeJS.Timeout | undefined;
  #deaths = 0;
  #changing: Promise<void> = Promise.resolve();
  #last: LocalEvent | undefined;
  #isStopped = false;
  isReady = false;

  constructor(addresses: LocalAddresses, env: NodeJS.ProcessEnv, onEvent: OnLocalEvent) {
    this.#addresses = addresses;
    this.#env = env;
    this.#onEvent = onEvent;
  }

  get pid(): number | undefined {
    return this.#child !== undefined && !hasEnded(this.#child) ? this.#child.pid : undefined;
  }

  /** What was said last, for a client that came later. */
  get lastEvent(): LocalEvent | undefined {
    return this.#last;
  }

  /** Starts this worker; one with the same digest that runs, or is being restarted, is left alone. */
  ensure(spec: WorkerSpec): void {
    const isBroken = this.#last?.type === 'worker' && this.#last.state === 'failed';
    if (this.#isStopped || (this.#spec?.digest === spec.digest && !isBroken)) return;
    this.#spec = spec;
    this.#last = undefined;
    this.#deaths = 0;
    this.#changing = this.#changing.then(async () => {
      await this.#end();
      if (!this.#isStopped && this.#spec === spec) this.#start(spec);
    });
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#changing;
    await this.#end();
  }

  async #end(): Promise<void> {
    clearTimeout(this.#timer);
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined) return;
    await stopProcess(child, STOP_STEPS);
    endGroup(child);
  }

  #start(spec: WorkerSpec): void {
    this.isReady = false;
    const output = openLog(this.#log);
    const child = spawnBound(spec.command, spec.args, {
      cwd: spec.cwd,
      env: { ...this.#env, ...spec.env, ...this.#addressVariables() },
      stdio: ['ignore', output, output, 'ipc'],
      detached: true,
    });
    closeSync(output);
    this.#child = child;
    this.#say({ type: 'worker', state: 'starting', ...(child.pid === undefined ? {} : { pid: child.pid }) });
    child.on('message', (message: unknown) => {
      if (typeof message === 'object' && message !== null && 'ready' in message) this.#becomeReady(child);
    });
    child.once('error', () => {
      this.#died(child, spec);
    });
    child.once('exit', () => {
      this.#died(child, spec);
    });
  }

  #becomeReady(child: ChildProcess): void {
    if (this.#child !== child) return;
    this.isReady = true;
    this.#deaths = 0;
    this.#say({ type: 'worker', state: 'ready', ...(child.pid === undefined ? {} : { pid: child.pid }) });
  }

  #died(child: ChildProcess, spec: WorkerSpec): void {
    if (this.#child !== child) return;
    endGroup(child);
    this.#child = undefined;
    this.isReady = false;
    this.#deaths += 1;
    const log = lastLines(this.#log, 20);
    this.#say({ type: 'worker', state: 'exited', code: child.exitCode, signal: child.signalCode, log });
    if (this.#deaths >= BROKEN_AFTER) {
      this.#say({ type: 'worker', state: 'failed', code: child.exitCode, signal: child.signalCode, log });
      return;
    }
    this.#say({ type: 'worker', state: 'restarting' });
    this.#timer = setTimeout(
      () => {
        this.#start(spec);
      },
      RESTART_DELAYS[this.#deaths - 1] ?? 5000,
    );
  }

  #say(event: LocalEvent): void {
    this.#last = event;
    this.#onEvent(event);
  }

  get #log(): string {
    return join(this.#addresses.logsPath, 'worker.log');
  }

  #addressVariables(): Record<string, string> {
    return {
      TEMPORAL_ADDRESS: this.#addresses.temporalAddress,
      TEMPORAL_NAMESPACE: this.#addresses.temporalNamespace,
      DATABASE_URL: this.#addresses.databaseUrl,
      TFX_TEMPORAL_ARTIFACT_ROOT: this.#addresses.artifactRoot,
      TFX_TEMPORAL_STATE: this.#addresses.statePath,
    };
  }
}

/** What a worker that was killed has started (a model server) must not be left: it leads a process group of its own. */
function endGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Nobody is left in it.
  }
}
