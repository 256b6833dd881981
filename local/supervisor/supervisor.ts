import { chmodSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalEvent } from '../events.js';
import type { StatePaths } from '../state.js';
import { childEnvironment } from './child-environment.js';
import { EmbeddedServers } from './embedded-servers.js';
import { onLines, sendLine } from './message-lines.js';
import type { ClientMessage, LocalAddresses, SupervisorMessage, SupervisorStatus, WorkerSpec } from './protocol.js';
import { WorkerProcess } from './worker-process.js';
import { toWireError } from './wire-error.js';

/** How long the servers outlive the last command. */
const GRACE_MS = 5000;
/** How often to look whether the state folder is still this supervisor's. */
const WATCH_MS = 1000;
const FAREWELL_MS = 1500;

/**
 * Owns the embedded servers and the project's worker while commands hold a connection to it. There is one per state
 * folder: its process runs under the folder's lock.
 */
export class Supervisor {
  readonly #paths: StatePaths;
  readonly #server: Server;
  readonly #servers: EmbeddedServers;
  readonly #clients = new Map<Socket, { readonly pid: number; readonly worker: WorkerSpec | undefined }>();
  #starting: Promise<void> = Promise.resolve();
  #addresses: LocalAddresses | undefined;
  #worker: WorkerProcess | undefined;
  #idle: NodeJS.Timeout | undefined;
  #watch: NodeJS.Timeout | undefined;
  #stopped: Promise<void> | undefined;
  readonly #inode: number;

  constructor(paths: StatePaths, fast: boolean) {
    this.#paths = paths;
    this.#inode = inodeOf(paths.lock);
    this.#server = createServer((socket) => {
      this.#welcome(socket);
    });
    this.#servers = new EmbeddedServers({
      paths,
      env: childEnvironment(paths.state),
      fast,
      onEvent: (event) => {
        this.#tell({ type: 'event', event });
      },
      onLost: (error) => void this.#fail(error),
    });
  }

  /** Listens first, so that commands can follow the start, then starts the servers. */
  async run(): Promise<void> {
    rmSync(this.#paths.socket, { force: true });
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject).listen(this.#paths.socket, resolve);
    });
    chmodSync(this.#paths.socket, 0o600);
    this.#watch = setInterval(() => {
      this.#checkFolder();
    }, WATCH_MS);
    this.#countClients();
    this.#starting = this.#start().catch((error: unknown) => {
      void this.#fail(error);
    });
  }

  /** Stops the worker, then the servers, then lets everybody go. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stopAll();
    return this.#stopped;
  }

  async #start(): Promise<void> {
    this.#say('Starting PostgreSQL and Temporal');
    const addresses = await this.#servers.start();
    const env = childEnvironment(this.#paths.state);
    this.#addresses = addresses;
    this.#worker = new WorkerProcess(addresses, env, (event) => {
      this.#tell({ type: 'event', event });
      this.#writeFacts();
    });
    this.#writeFacts();
    this.#tell({ type: 'ready', addresses });
    for (const { worker } of this.#clients.values()) if (worker !== undefined) this.#worker.ensure(worker);
  }

  #welcome(socket: Socket): void {
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (this.#clients.delete(socket)) this.#countClients();
    });
    onLines(socket, (message) => {
      this.#take(socket, message as ClientMessage);
    });
  }

  #take(socket: Socket, message: ClientMessage): void {
    if (message.type === 'attach') this.#attach(socket, message.pid, message.worker);
    else if (message.type === 'worker') this.#worker?.ensure(message.worker);
    else if (message.type === 'status') sendLine(socket, { type: 'status', status: this.#status() });
    else void this.stop().then(() => process.exit(0));
  }

  #attach(socket: Socket, pid: number, worker: WorkerSpec | undefined): void {
    this.#clients.set(socket, { pid, worker });
    this.#countClients();
    if (this.#addresses === undefined) return;
    sendLine(socket, { type: 'ready', addresses: this.#addresses });
    if (worker !== undefined) this.#worker?.ensure(worker);
    const event = this.#worker?.lastEvent;
    if (event !== undefined) sendLine(socket, { type: 'event', event });
  }

  #countClients(): void {
    clearTimeout(this.#idle);
    if (this.#clients.size > 0) return;
    this.#idle = setTimeout(() => void this.stop().then(() => process.exit(0)), GRACE_MS);
  }

  /** Somebody who deletes the state folder means it: what runs in the deleted one ends. */
  #checkFolder(): void {
    if (inodeOf(this.#paths.lock) !== this.#inode) void this.stop().then(() => process.exit(0));
  }

  async #fail(error: unknown): Promise<void> {
    console.error(error);
    this.#tell({ type: 'failed', error: toWireError(error, 'LOCAL_SERVER_FAILED') });
    // A command that has only just started this process must get to know why it ends.
    if (this.#clients.size === 0) await sleep(FAREWELL_MS);
    this.#tell({ type: 'failed', error: toWireError(error, 'LOCAL_SERVER_FAILED') });
    await this.stop();
    process.exit(1);
  }

  async #stopAll(): Promise<void> {
    clearTimeout(this.#idle);
    clearInterval(this.#watch);
    this.#tell({ type: 'stopping' });
    this.#server.close();
    rmSync(this.#paths.socket, { force: true });
    if (this.#addresses === undefined) await this.#servers.stop();
    await this.#starting;
    await this.#worker?.stop();
    await this.#servers.stop();
    rmSync(this.#paths.facts, { force: true });
  }

  #status(): SupervisorStatus | undefined {
    if (this.#addresses === undefined) return undefined;
    return {
      ...this.#addresses,
      supervisorPid: process.pid,
      postgresPid: this.#servers.postgresPid,
      temporalPid: this.#servers.temporalPid,
      workerPid: this.#worker?.pid,
      workerReady: this.#worker?.isReady ?? false,
      clients: [...this.#clients.values()].map(({ pid }) => pid),
    };
  }

  /** For people who look into the folder; it has no password. */
  #writeFacts(): void {
    const status = this.#status();
    if (status === undefined || inodeOf(this.#paths.lock) !== this.#inode) return;
    const facts = { ...status, databaseUrl: status.databaseUrl.replace(/\/\/[^@]*@/, '//'), clients: undefined };
    writeFileSync(this.#paths.facts, `${JSON.stringify(facts, undefined, 2)}\n`);
  }

  #say(message: string): void {
    const event: LocalEvent = { type: 'progress', message };
    this.#tell({ type: 'event', event });
  }

  #tell(message: SupervisorMessage): void {
    for (const socket of this.#clients.keys()) sendLine(socket, message);
    if (message.type === 'event') console.error(`${new Date().toISOString()} ${JSON.stringify(message.event)}`);
  }
}

function inodeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.ino ?? 0;
}
