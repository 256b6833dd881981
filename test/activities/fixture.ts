import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Type } from '@sinclair/typebox';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { ExecutorRunner } from '../../activities/executor-runner.js';
import { createActivities, type Activities, type ActivityRuntime } from '../../activities/index.js';
import type {
  BeginAnswer,
  BeginRequest,
  ExecutorAnswer,
  OutputReferences,
  PublishAnswer,
  PublishRequest,
  Ticket,
} from '../../activities/protocol.js';
import type { Channels } from '../../artifacts/artifact.js';
import { filesystemStore } from '../../artifacts/index.js';
import { defineComponent, ModuleName, one } from '../../components/contract.js';
import { implement, type Implementation } from '../../components/implement.js';
import { PipelineError } from '../../errors/pipeline-error.js';
import { runExecutor } from '../../worker/run-executor.js';
import { executorServices } from '../../worker/services.js';
import { freshLineage } from '../lineage/fixture.js';

/** Writes `text`; waits for `steps` ticks first, with a checkpoint at each. */
export const WriteText = defineComponent({
  type: 'WriteText',
  version: 1,
  cache: 'content',
  inputs: {},
  outputs: { examples: 'Examples' },
  parameters: Type.Object({
    text: Type.String({ default: 'hello' }),
    steps: Type.Integer({ default: 0, minimum: 0 }),
    fail: Type.Optional(Type.String()),
  }),
});

const writeText = implement(WriteText, async ({ parameters, outputs, checkpoints, progress, signal }) => {
  const resumed = Number(checkpoints.resume?.detail ?? 0);
  for (let step = resumed; step < parameters.steps; step++) {
    signal.throwIfAborted();
    progress({ done: step, total: parameters.steps, unit: 'steps' });
    writeFileSync(join(checkpoints.path, 'step'), String(step + 1));
    checkpoints.save(step + 1);
    await sleep(20, undefined, { signal });
  }
  if (parameters.fail === 'nothing written') return { summary: '' };
  if (parameters.fail !== undefined) throw new PipelineError('ARTIFACT_MISSING', { what: parameters.fail });
  writeFileSync(outputs.examples.file('Split-train/text'), parameters.text);
  const properties = { examples: { span: 1, split_names: '["train"]' } };
  return { summary: `wrote ${parameters.text}, resumed at ${resumed}`, properties, metrics: { resumed } };
});

/** Copies its input, through a module that changes it. */
export const CopyText = defineComponent({
  type: 'CopyText',
  version: 1,
  cache: 'content',
  inputs: { examples: one('Examples') },
  outputs: { schema: 'Schema' },
  parameters: Type.Object({ module: ModuleName() }),
});

const copyText = implement(CopyText, async ({ inputs, parameters, outputs, loadModule }) => {
  const { change } = (await loadModule(parameters.module)) as { change: (text: string) => string };
  const text = readFileSync(join(inputs.examples.splits[0]?.path ?? '', 'text'), 'utf8');
  writeFileSync(outputs.schema.file('schema.pbtxt'), change(text));
  return { summary: 'copied' };
});

/** A registry of one module, `shout`, whose digest the test sets. */
export interface TestModule {
  digest: string;
  /** What the executor's worker has. */
  executorDigest: string;
}

export interface Bench {
  readonly runtime: ActivityRuntime;
  readonly activities: Activities;
  readonly root: string;
  readonly module: TestModule;
}

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A worker's activities on a database and a store of their own. Executors run in process. */
export async function newBench(more: readonly Implementation[] = []): Promise<Bench> {
  const root = mkdtempSync(join(tmpdir(), 'tfx-activities-'));
  folders.push(root);
  const implementations = new Map<string, Implementation>(
    [writeText, copyText, ...more].map((implementation) => [implementation.contract.type, implementation]),
  );
  const find = (type: string): Implementation => {
    const found = implementations.get(type);
    if (found === undefined) throw new PipelineError('COMPONENT_UNKNOWN', { what: `no ${type}` });
    return found;
  };
  const module: TestModule = { digest: 'v1', executorDigest: 'v1' };
  const exports = { change: (text: string) => text.toUpperCase() };
  const runner: ExecutorRunner = {
    run: (job, events) =>
      runExecutor(find(job.component), job, {
        onProgress: (report) => events.onProgress(report),
        onCheckpoint: (detail) => events.onCheckpoint(detail),
        signal: events.signal,
        loadModule: () => Promise.resolve({ exports, digest: module.executorDigest }),
        services: executorServices(),
      }),
  };
  const runtime: ActivityRuntime = {
    lineage: await freshLineage(),
    store: filesystemStore(root),
    modules: { digest: () => Promise.resolve(module.digest), load: () => Promise.resolve(exports) },
    runner,
    resources: { threads: 1, memoryLimitMiB: 256 },
    components: {
      find: (type) => Promise.resolve(find(type)),
      types: () => Promise.resolve([...implementations.keys()]),
    },
  };
  return { runtime, activities: await createActivities(runtime), root, module };
}

export interface TestRun {
  readonly workflowId: string;
  readonly runId: string;
}

export function newTestRun(): TestRun {
  return { workflowId: `wf-${randomUUID().slice(0, 8)}`, runId: randomUUID() };
}

// Failures are asserted on; in the log they would look like failures of the tests.
const quiet = new DefaultLogger('ERROR');

/** An activity's environment in a run. */
export function environment(
  run: TestRun,
  activityId: string,
  info: { readonly heartbeatDetails?: unknown; readonly attempt?: number } = {},
): MockActivityEnvironment {
  return new MockActivityEnvironment(
    { workflowExecution: run, activityId, namespace: 'default', ...info },
    { logger: quiet },
  );
}

export const facts = { pipeline: 'wine', parameters: {}, nominalTime: '2026-01-01T00:00:00.000Z' };

export interface Call {
  readonly component: string;
  readonly node?: string;
  readonly inputs?: Channels;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly cache?: boolean;
}

export function begin(bench: Bench, run: TestRun, call: Call): Promise<BeginAnswer> {
  const node = call.node ?? call.component;
  const request: BeginRequest = {
    run: facts,
    node,
    component: call.component,
    inputs: call.inputs ?? {},
    parameters: call.parameters ?? {},
    cache: call.cache ?? true,
  };
  return environment(run, `${node}.begin`).run(bench.activities['tfx.begin'], request);
}

export function execute(bench: Bench, run: TestRun, ticket: Ticket): Promise<ExecutorAnswer> {
  const activity = bench.activities[ticket.component];
  if (activity === undefined) throw new Error(`no activity ${ticket.component}`);
  return environment(run, ticket.node).run(activity, ticket);
}

export async function publish(
  bench: Bench,
  run: TestRun,
  ticket: Ticket,
  answer: ExecutorAnswer,
): Promise<OutputReferences> {
  const env = environment(run, `${ticket.node}.publish`);
  const request: PublishRequest = { ticket, answer };
  const answered: PublishAnswer = await env.run(bench.activities['tfx.publish'], request);
  return answered.outputs;
}

/** What the workflow does with one component. */
export async function runComponent(
  bench: Bench,
  run: TestRun,
  call: Call,
): Promise<{ readonly cached: boolean; readonly outputs: OutputReferences; readonly begun: BeginAnswer }> {
  const begun = await begin(bench, run, call);
  if (begun.outputs !== undefined) return { cached: begun.cached, outputs: begun.outputs, begun };
  const answer = await execute(bench, run, begun.ticket);
  return { cached: false, outputs: await publish(bench, run, begun.ticket, answer), begun };
}
