import type { ChildProcess } from 'node:child_process';
import { createConnection, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { PipelineError } from '../../errors/pipeline-error.js';
import type { OnLocalEvent } from '../events.js';
import { LOCK_HELD } from '../process/file-lock.js';
import { lastLines } from '../servers/server-log.js';
import { hasEnded } from '../servers/stop-process.js';
import type { StatePaths } from '../state.js';
import { launchSupervisor, supervisorLog } from './launch.js';
import { onLines, sendLine } from './message-lines.js';
import type { LocalAddresses, SupervisorMessage, WorkerSpec } from './protocol.js';

const ATTACH_TIMEOUT_MS = 150_000;
const POLL_MS = 50;
/** A supervisor that ends this often at its start, not for want of the lock, is broken. */
const MAX_LAUNCHES = 4;

/** One command's hold on the supervisor: launches it when there is none, and again when it was killed. */
export class SupervisorConnection {
  readonly #paths: StatePaths;
  readonly #onEvent: OnLocalEvent;
  #worker: WorkerSpec | undefined;
  #socket: Socket | undefined;
  #launched: ChildProcess | undefined;
  #launches = 0;
  #isReleased = false;
  #isStopping = false;

  constructor(paths: StatePaths, onEvent: OnLocalEvent, worker: WorkerSpec | undefined) {
    this.#paths = paths;
    this.#onEvent = onEvent;
    this.#worker = worker;
  }

  /** @throws PipelineError LOCAL_SUPERVISOR_FAILED, or what kept the servers from starting */
  async attach(): Promise<LocalAddresses> {
    const deadline = Date.now() + ATTACH_TIMEOUT_MS;
    this.#launches = 0;
    while (Date.now() < deadline) {
      const socket = await connectTo(this.#paths.socket);
      const addresses = socket === undefined ? undefined : await this.#waitUntilReady(socket, deadline);
      if (addresses !== undefined) return addresses;
      this.#launchWhenNeeded();
      await sleep(POLL_MS);
    }
    throw this.#failed(`The supervisor does not answer after ${String(ATTACH_TIMEOUT_MS / 1000)} s.`);
  }

  ensureWorker(worker: WorkerSpec): void {
    this.#worker = worker;
    if (this.#socket !== undefined) sendLine(this.#socket, { type: 'worker', worker });
  }

  async release(): Promise<void> {
    this.#isReleased = true;
    const socket = this.#socket;
    if (socket === undefined || socket.destroyed) return;
    await new Promise<void>((resolve) => {
      socket.once('close', () => {
        resolve();
      });
      socket.end();
      socket.destroySoon();
    });
  }

  #launchWhenNeeded(): void {
    const launched = this.#launched;
    if (launched !== undefined && !hasEnded(launched)) return;
    if (launched !== undefined && launched.exitCode !== LOCK_HELD && launched.exitCode !== 0) this.#launches += 1;
    if (this.#launches >= MAX_LAUNCHES) {
      const last = lastLines(supervisorLog(this.#paths), 6).join(' | ');
      throw this.#failed(`The supervisor ended ${String(MAX_LAUNCHES)} times at its start: ${last}`);
    }
    this.#launched = launchSupervisor(this.#paths);
  }

  /** `undefined` when the supervisor hung up before it was ready: it was on its way out. */
  #waitUntilReady(socket: Socket, deadline: number): Promise<LocalAddresses | undefined> {
    this.#isStopping = false;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        socket.destroy();
      }, deadline - Date.now());
      onLines(socket, (line) => {
        const message = line as SupervisorMessage;
        if (message.type === 'ready') {
          clearTimeout(timer);
          this.#socket = socket;
          resolve(message.addresses);
        } else if (message.type === 'failed') {
          reject(new PipelineError(message.error.code, message.error));
        } else this.#take(message);
      });
      socket.once('close', () => {
        clearTimeout(timer);
        resolve(undefined);
        if (this.#socket === socket) this.#lost();
      });
      const worker = this.#worker === undefined ? {} : { worker: this.#worker };
      sendLine(socket, { type: 'attach', pid: process.pid, ...worker });
    });
  }

  #take(message: SupervisorMessage): void {
    if (message.type === 'event') this.#onEvent(message.event);
    if (message.type === 'stopping') this.#isStopping = true;
  }

  #lost(): void {
    this.#socket = undefined;
    if (this.#isReleased) return;
    if (this.#isStopping) {
      this.#onEvent({ type: 'stopped', reason: 'The embedded servers were stopped.' });
      return;
    }
    this.#onEvent({ type: 'recovering' });
    this.attach().catch((error: unknown) => {
      this.#onEvent({ type: 'stopped', reason: error instanceof Error ? error.message : String(error) });
    });
  }

  #failed(what: string): PipelineError {
    const log = supervisorLog(this.#paths);
    return new PipelineError('LOCAL_SUPERVISOR_FAILED', { what: `${what} (log: ${log})`, details: { log } });
  }
}

/** A connection, or `undefined` when nobody listens. */
export function connectTo(path: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    socket.once('connect', () => {
      socket.removeAllListeners('error');
      socket.on('error', () => undefined);
      resolve(socket);
    });
    socket.once('error', () => {
      resolve(undefined);
    });
  });
}
