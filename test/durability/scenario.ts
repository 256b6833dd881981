import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { connect, type PipelineClient, type PipelineHandle, startPipeline } from '../../client/index.js';
import { migrate } from '../../lineage/index.js';
import { createTestDatabase, dropTestDatabase } from '../support/databases.js';
import { testServers } from '../support/servers.js';
import type { CountingWorkerOptions } from '../support/counting-worker.js';

const workerFile = fileURLToPath(new URL('../support/counting-worker.js', import.meta.url));
/** Bundles are the same for all scenarios. */
const bundleFolder = mkdtempSync(path.join(tmpdir(), 'tfx-durability-bundles-'));
process.on('exit', () => rmSync(bundleFolder, { recursive: true, force: true }));

type Trouble = Pick<CountingWorkerOptions, 'crash' | 'lose'>;

/** Real servers, a database and an artifact root of its own, and worker processes that can be killed. */
export class Scenario {
  readonly databaseUrl: string;
  readonly folder: string;
  readonly artifactRoot: string;
  readonly temporal: PipelineClient;
  readonly taskQueue = `durability-${randomUUID()}`;
  readonly #address: string;
  readonly #drop: () => Promise<void>;
  readonly #workers: ChildProcess[] = [];

  private constructor(facts: {
    databaseUrl: string;
    address: string;
    temporal: PipelineClient;
    drop: () => Promise<void>;
    artifactRoot: string | undefined;
  }) {
    this.databaseUrl = facts.databaseUrl;
    this.temporal = facts.temporal;
    this.folder = mkdtempSync(path.join(tmpdir(), 'tfx-durability-'));
    this.artifactRoot = facts.artifactRoot ?? path.join(this.folder, 'artifacts');
    this.#address = facts.address;
    this.#drop = facts.drop;
  }

  /**
   * @param databaseUrl another server's empty database, instead of one on the shared servers
   * @param artifactRoot instead of a folder
   */
  static async open(databaseUrl?: string, artifactRoot?: string): Promise<Scenario> {
    const servers = await testServers();
    const own = databaseUrl ?? (await createTestDatabase(servers.databaseUrl));
    await migrate(own);
    const temporal = await connect({ address: servers.temporalAddress });
    const drop = async (): Promise<void> => {
      if (databaseUrl === undefined) await dropTestDatabase(servers.databaseUrl, own);
    };
    return new Scenario({ databaseUrl: own, address: servers.temporalAddress, temporal, drop, artifactRoot });
  }

  /** Starts a worker process and waits until it polls. */
  async startWorker(trouble: Trouble = {}): Promise<ChildProcess> {
    const options: CountingWorkerOptions = {
      address: this.#address,
      taskQueue: this.taskQueue,
      databaseUrl: this.databaseUrl,
      artifactRoot: this.artifactRoot,
      folder: this.folder,
      bundleFolder,
      ...trouble,
    };
    mkdirSync(this.folder, { recursive: true });
    const log = openSync(path.join(this.folder, 'worker.log'), 'a');
    const worker = fork(workerFile, [JSON.stringify(options)], { stdio: ['ignore', log, log, 'ipc'] });
    closeSync(log);
    this.#workers.push(worker);
    await Promise.race([
      once(worker, 'message'),
      once(worker, 'exit').then(() => Promise.reject(new Error(`the worker did not start:\n${this.log()}`))),
    ]);
    return worker;
  }

  async kill(worker: ChildProcess): Promise<void> {
    if (hasEnded(worker)) return;
    worker.kill('SIGKILL');
    await once(worker, 'exit');
  }

  start(parameters: object = {}, pipeline = 'counting'): Promise<PipelineHandle> {
    return startPipeline(this.temporal.client, pipeline, { taskQueue: this.taskQueue, parameters });
  }

  /** Waits until an activity was started, as often as told. */
  async started(activityId: string, times = 1): Promise<void> {
    while (this.attempts(activityId) < times) await sleep(50);
  }

  /** How often an activity was started by any worker. */
  attempts(activityId: string): number {
    const file = path.join(this.folder, 'trace.log');
    if (!existsSync(file)) return 0;
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith(`${activityId} `)).length;
  }

  log(): string {
    return readFileSync(path.join(this.folder, 'worker.log'), 'utf8').slice(-4000);
  }

  async close(): Promise<void> {
    for (const worker of this.#workers) {
      worker.kill('SIGCONT');
      await this.kill(worker);
    }
    await this.temporal.close();
    await this.#drop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export const hasEnded = (worker: ChildProcess): boolean => worker.exitCode !== null || worker.signalCode !== null;
