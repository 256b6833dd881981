/*
 * The public entry `tfx-temporal/testing`: pipelines under test, on a real Temporal server and a real Postgres.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import {
  type AnyPipeline,
  connect,
  type PipelineHandle,
  runPipeline,
  startPipeline,
  type StartOptions,
} from './client/index.js';
import { executionsOfRun, type ExecutionView, migrate, openLineage } from './lineage/index.js';
import { connectLocal, provision, statePaths } from './local/index.js';
import { findTemporalTestServer } from './local/provision/temporal-cli.js';
import { TfxPlugin, type TfxPluginOptions } from './worker/index.js';
import { bundleWorkflows } from './worker/workflow-bundle.js';

export interface PipelineTestOptions extends Pick<TfxPluginOptions, 'modules' | 'components' | 'resources'> {
  /** Files that export pipelines. */
  readonly pipelines: readonly (string | URL)[];
  /** Activities of your own, beside the components'. */
  readonly activities?: NonNullable<WorkerOptions['activities']>;
  /**
   * A `TestWorkflowEnvironment` of `@temporalio/testing`: with `createTimeSkipping({ server: await timeSkippingServer() })`
   * the three days of an approval pass at once. (Default: the embedded Temporal server)
   */
  readonly temporal?: { readonly client: Client; readonly nativeConnection: NativeConnection };
  /** A Postgres whose user may create databases. (Default: the embedded one) */
  readonly postgres?: string;
}

/** Servers, a worker, and an empty lineage for the tests of one file. */
export interface PipelineTestEnvironment {
  readonly client: Client;
  readonly taskQueue: string;
  /** For files of the tests; artifacts lie in it. Removed at the end. */
  readonly folder: string;
  start<P extends AnyPipeline>(
    pipeline: string,
    options?: StartOptions<P>,
  ): Promise<PipelineHandle<Awaited<ReturnType<P>>>>;
  /** Starts a pipeline and waits for its result. */
  run<P extends AnyPipeline>(pipeline: string, options?: StartOptions<P>): Promise<Awaited<ReturnType<P>>>;
  /** What lineage recorded of a run's nodes: states, inputs, outputs. */
  executions(run: Pick<PipelineHandle, 'workflowId' | 'runId'>): Promise<readonly ExecutionView[]>;
  close(): Promise<void>;
}

/**
 * Runs pipelines in tests as they run for real: on Temporal, with lineage in Postgres. Executors that would take long are
 * replaced by those in `components`: `export const trainer = implement(Trainer, …)`.
 * @throws PipelineError WORKFLOW_BUNDLE_FAILED, TEMPORAL_UNAVAILABLE
 */
export async function createPipelineTestEnvironment(options: PipelineTestOptions): Promise<PipelineTestEnvironment> {
  const cleanUp: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const step of cleanUp.splice(0).reverse()) await step();
  };
  try {
    return { ...(await open(options, cleanUp)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * The time-skipping server that `tfx-temporal setup` stages, and that is staged now if it is not there:
 * `TestWorkflowEnvironment.createTimeSkipping({ server: await timeSkippingServer() })`.
 * @throws PipelineError when it can not be staged
 */
export async function timeSkippingServer(): Promise<{ executable: { type: 'existing-path'; path: string } }> {
  await provision({ parts: ['temporalTestServer'] });
  const program = findTemporalTestServer(statePaths());
  if (program === undefined) throw new Error('the time-skipping test server was staged but is not there');
  return { executable: { type: 'existing-path', path: program } };
}

async function open(
  options: PipelineTestOptions,
  cleanUp: (() => Promise<unknown>)[],
): Promise<Omit<PipelineTestEnvironment, 'close'>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tfx-testing-'));
  cleanUp.push(() => rm(folder, { recursive: true, force: true }));
  const { client, connection, postgres } = await servers(options, cleanUp);
  const databaseUrl = await freshDatabase(postgres, cleanUp);
  const { modules, components, resources } = options;
  const plugin = new TfxPlugin({
    databaseUrl,
    artifactRoot: path.join(folder, 'artifacts'),
    bundleFolder: path.join(folder, 'bundles'),
    heavy: false,
    ...(modules === undefined ? {} : { modules }),
    ...(components === undefined ? {} : { components }),
    ...(resources === undefined ? {} : { resources }),
  });
  const files = options.pipelines.map((file) => (file instanceof URL ? fileURLToPath(file) : path.resolve(file)));
  const { codePath } = await bundleWorkflows(files, process.cwd(), path.join(folder, 'bundles'));
  const taskQueue = `testing-${randomUUID()}`;
  const worker = await Worker.create({
    connection,
    namespace: client.options.namespace,
    taskQueue,
    workflowBundle: { codePath },
    activities: options.activities ?? {},
    plugins: [plugin],
  });
  const running = worker.run();
  cleanUp.push(() => {
    worker.shutdown();
    return running;
  });
  const lineage = openLineage(databaseUrl);
  cleanUp.push(() => lineage.close());
  const { namespace } = client.options;
  return {
    client,
    taskQueue,
    folder,
    start: (pipeline, more) => startPipeline(client, pipeline, { taskQueue, ...more }),
    run: (pipeline, more) => runPipeline(client, pipeline, { taskQueue, ...more }),
    executions: (run) => executionsOfRun(lineage.database, { namespace, ...run }),
  };
}

interface Servers {
  readonly client: Client;
  readonly connection: NativeConnection;
  readonly postgres: string;
}

/** The given ones; embedded ones for what is not given. */
async function servers(
  { temporal, postgres }: PipelineTestOptions,
  cleanUp: (() => Promise<unknown>)[],
): Promise<Servers> {
  if (temporal !== undefined && postgres !== undefined) {
    return { client: temporal.client, connection: temporal.nativeConnection, postgres };
  }
  const local = await connectLocal();
  cleanUp.push(() => local.release());
  const found = { postgres: postgres ?? local.databaseUrl };
  if (temporal !== undefined) return { ...found, client: temporal.client, connection: temporal.nativeConnection };
  const connected = await connect({ address: local.temporalAddress, namespace: 'default' });
  cleanUp.push(() => connected.close());
  const connection = await NativeConnection.connect({ address: local.temporalAddress });
  cleanUp.push(() => connection.close());
  return { ...found, client: connected.client, connection };
}

/** A database of the tests' own, dropped at the end. @returns its URL */
async function freshDatabase(postgres: string, cleanUp: (() => Promise<unknown>)[]): Promise<string> {
  const name = `test_${randomUUID().replaceAll('-', '').slice(0, 12)}`;
  const server = openLineage(postgres);
  cleanUp.push(() => server.close());
  await server.database.query(`create database ${name}`);
  cleanUp.push(() => server.database.query(`drop database if exists ${name} with (force)`));
  const url = new URL(postgres);
  url.pathname = `/${name}`;
  await migrate(url.href);
  return url.href;
}
