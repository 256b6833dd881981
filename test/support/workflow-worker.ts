import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { NativeConnection, Worker } from '@temporalio/worker';
import { connect, startPipeline, type PipelineClient, type PipelineHandle } from '../../client/index.js';
import { isPipelineError, type PipelineError } from '../../errors/pipeline-error.js';
import { traceSinks } from '../../worker/tracing/run-spans.js';
import { bundleWorkflows } from '../../worker/workflow-bundle.js';
import { InMemoryActivities } from './in-memory-activities.js';
import { testServers } from './servers.js';

/** A real worker for the pipelines of test files, over activities in memory. */
export interface WorkflowWorker {
  readonly address: string;
  readonly taskQueue: string;
  readonly activities: InMemoryActivities;
  readonly temporal: PipelineClient;
  readonly connection: NativeConnection;
  readonly codePath: string;
  start(pipeline: string, parameters?: object): Promise<PipelineHandle>;
  close(): Promise<void>;
}

/**
 * @param files compiled files of pipelines, relative to `test/support`
 * @param more activities beside those in memory
 */
export async function workflowWorker(
  files: readonly string[],
  more: Readonly<Record<string, (argument: never) => Promise<unknown>>> = {},
): Promise<WorkflowWorker> {
  const folder = mkdtempSync(path.join(tmpdir(), 'tfx-workflows-'));
  const taskQueue = `workflows-${randomUUID()}`;
  const { temporalAddress: address } = await testServers();
  const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
  const { codePath } = await bundleWorkflows(files.map(here), here('..'), folder);
  const connection = await NativeConnection.connect({ address });
  const activities = new InMemoryActivities();
  const worker = await Worker.create({
    connection,
    taskQueue,
    workflowBundle: { codePath },
    activities: { ...activities.activities(), ...more },
    sinks: traceSinks(),
    maxHeartbeatThrottleInterval: '200 milliseconds',
  });
  const running = worker.run();
  const temporal = await connect({ address });
  const close = async (): Promise<void> => {
    worker.shutdown();
    await running;
    await connection.close();
    await temporal.close();
    rmSync(folder, { recursive: true });
  };
  const start = (pipeline: string, parameters: object = {}): Promise<PipelineHandle> =>
    startPipeline(temporal.client, pipeline, { taskQueue, parameters });
  return { address, taskQueue, activities, temporal, connection, codePath, start, close };
}

/** The coded error that something is rejected with. */
export async function codedError(promise: Promise<unknown>): Promise<PipelineError> {
  const error = await promise.then(
    () => new Error('it was not rejected'),
    (thrown: unknown) => thrown,
  );
  if (isPipelineError(error)) return error;
  throw error;
}
