import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { NativeConnection, Worker } from '@temporalio/worker';
import type { PipelineClient, PipelineHandle } from '../../client/index.js';
import { connect, startPipeline } from '../../client/index.js';
import { isPipelineError } from '../../errors/pipeline-error.js';
import { bundleWorkflows } from '../../worker/workflow-bundle.js';
import type { PipelineResult } from '../../workflows/index.js';
import { InMemoryActivities } from '../support/in-memory-activities.js';
import { testServers } from '../support/servers.js';

const folder = mkdtempSync(path.join(tmpdir(), 'tfx-workflows-'));
const taskQueue = `workflows-${randomUUID()}`;
const activities = new InMemoryActivities();
let connection: NativeConnection;
let temporal: PipelineClient;
let worker: Worker;
let running: Promise<void>;

before(async () => {
  const { temporalAddress: address } = await testServers();
  const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
  const bundle = await bundleWorkflows([here('../support/counting/pipelines.js')], here('..'), folder);
  connection = await NativeConnection.connect({ address });
  worker = await Worker.create({
    connection,
    taskQueue,
    workflowBundle: { codePath: bundle.codePath },
    activities: activities.activities(),
    maxHeartbeatThrottleInterval: '200 milliseconds',
  });
  running = worker.run();
  temporal = await connect({ address });
});

after(async () => {
  worker.shutdown();
  await running;
  await connection.close();
  await temporal.close();
  rmSync(folder, { recursive: true });
});

const start = (pipeline: string, parameters: object = {}): Promise<PipelineHandle> =>
  startPipeline(temporal.client, pipeline, { taskQueue, parameters });

async function run(pipeline: string, parameters: object = {}): Promise<{ result: PipelineResult; log: string[] }> {
  activities.log.length = 0;
  const handle = await start(pipeline, parameters);
  return { result: await handle.result(), log: [...activities.log] };
}

async function failure(
  pipeline: string,
  parameters: object = {},
): Promise<{ code: string; what: string; log: string[] }> {
  activities.log.length = 0;
  const handle = await start(pipeline, parameters);
  const error = await handle.result().then(
    () => assert.fail('the run did not fail'),
    (thrown: unknown) => thrown,
  );
  assert.ok(isPipelineError(error), String(error));
  return { code: error.code, what: error.what, log: [...activities.log] };
}

test('a miss is begin, executor and publish; a hit is begin alone; a run ends with finish', async () => {
  const salt = randomUUID();
  const miss = await run('counting', { salt });
  assert.deepEqual(miss.log, ['Count.begin', 'Count', 'Count.publish', 'Sum.begin', 'Sum', 'Sum.publish', 'finish']);
  assert.equal(miss.result.outcome, 'COMPLETED');
  const hit = await run('counting', { salt });
  assert.deepEqual(hit.log, ['Count.begin', 'Sum.begin', 'finish']);
  assert.deepEqual(hit.result.outputs, miss.result.outputs);
  assert.deepEqual(
    hit.result.nodes.map(({ node, state }) => [node, state]),
    [['Count', 'cached'], ['Sum', 'cached']], // prettier-ignore
  );
});

test('branches run at once, loops name their nodes, and a resolver may find nothing', async () => {
  const { result } = await run('branching', { salt: randomUUID() });
  assert.deepEqual(
    result.nodes.map(({ node }) => node),
    ['Nothing', 'Count[1]', 'Count[2]', 'Count[3]', 'Sum'],
  );
  assert.deepEqual(Object.keys(result.outputs), ['sum']);
});

test('a failing executor is recorded and fails the run with its code, without wrappers', async () => {
  const { code, what, log } = await failure('counting', { fail: true, salt: randomUUID() });
  assert.equal(code, 'INTERNAL_ERROR');
  assert.match(what, /asked to fail/);
  assert.deepEqual(log, ['Count.begin', 'Count', 'Count.fail', 'finish']);
  assert.equal(activities.finished.at(-1)?.failure?.code, 'INTERNAL_ERROR');
});

test('parameters are checked before the first component, all problems at once', async () => {
  const { code, what, log } = await failure('counting', { size: 0, stepz: 3, salt: 5 });
  assert.equal(code, 'PARAMETERS_INVALID');
  assert.match(what, /size must be at least 1, not 0/);
  assert.match(what, /stepz is not known; did you mean steps\?/);
  assert.match(what, /salt must be a string, not 5/);
  assert.deepEqual(log, ['finish']);
});

test('a call that nothing awaits fails the run at its end', async () => {
  const { code, what } = await failure('forgetful');
  assert.equal(code, 'CALL_NOT_AWAITED');
  assert.match(what, /Forgotten was called but never awaited/);
});

test('a component used twice needs an id', async () => {
  const { code } = await failure('duplicate');
  assert.equal(code, 'NODE_DUPLICATE');
});

test('whatever a pipeline throws fails the run instead of blocking it', async () => {
  assert.equal((await failure('throwing', { what: 'TypeError' })).code, 'INTERNAL_ERROR');
  assert.equal((await failure('throwing', { what: 'string' })).code, 'INTERNAL_ERROR');
  const thrown = await failure('throwing', { what: 'no more disk' });
  assert.equal(thrown.code, 'UNEXPECTED_ERROR');
  assert.match(thrown.what, /no more disk/);
  assert.equal(thrown.log.at(-1), 'finish');
});

test('a gate and a verdict end a run successfully, with reasons in sentences', async () => {
  const gated = await run('rejecting', { verdict: 'gate' });
  assert.equal(gated.result.outcome, 'DATA_REJECTED');
  assert.deepEqual(gated.result.reasons, ['quality: out of range', 'colour: new column']);
  for (const [verdict, outcome] of [
    ['NOT_BLESSED', 'NOT_BLESSED'],
    ['NOT_EVALUATED', 'NOT_EVALUATED'],
    ['INFRA_NOT_BLESSED', 'NOT_SERVABLE'],
  ] as const) {
    const { result } = await run('rejecting', { verdict });
    assert.equal(result.outcome, outcome);
    assert.deepEqual(result.reasons, ['accuracy 0.5 is below 0.9']);
  }
  assert.equal(activities.finished.at(-1)?.outcome, 'NOT_SERVABLE');
});

test('a failing branch ends its siblings, and their ends are recorded before the run’s', async () => {
  const { code, log } = await failure('halfBroken');
  assert.equal(code, 'INTERNAL_ERROR');
  assert.equal(log.at(-1), 'finish');
  assert.ok(log.includes('Sum.fail'), log.join(' '));
  assert.equal(activities.failures.find(({ ticket }) => ticket.node === 'Sum')?.failure?.canceled, true);
});

test('a cancelled run is recorded as cancelled, by node and as a whole', async () => {
  const handle = await start('counting', { salt: randomUUID(), steps: 1000, stepMs: 100 });
  while (!activities.log.includes('Sum')) await new Promise((resolve) => setTimeout(resolve, 50));
  await handle.cancel();
  await assert.rejects(handle.result(), { code: 'PIPELINE_CANCELED' });
  const { status } = await temporal.client.workflow.getHandle(handle.workflowId).describe();
  assert.equal(status.name, 'CANCELLED');
  assert.equal(activities.finished.at(-1)?.failure?.canceled, true);
  assert.equal((await handle.status()).state, 'canceled');
});

test('a payload that history should not carry is refused by name', async () => {
  const { code, what } = await failure('tooLarge');
  assert.equal(code, 'PAYLOAD_TOO_LARGE');
  assert.match(what, /activity Show\.begin has \d+ bytes/);
});

test('status and current details tell the story of a run', async () => {
  const handle = await start('counting', { salt: randomUUID() });
  await handle.result();
  const status = await handle.status();
  assert.equal(status.outcome, 'COMPLETED');
  assert.equal(status.nodes[0]?.artifacts['numbers']?.type, 'Numbers');
  const metadata = await temporal.client.workflow
    .getHandle(handle.workflowId)
    .query<{ currentDetails: string }>('__temporal_workflow_metadata');
  assert.match(
    metadata.currentDetails,
    /^\| Count\s+\| ✔\s+done\s+\| [\d.]+\s+s\s+\| Count made numbers\s+\| \d+\s+\|$/m,
  );
});

test('a duplicate start is refused, or joins the run', async () => {
  const options = { taskQueue, name: randomUUID(), parameters: { salt: randomUUID(), steps: 20, stepMs: 50 } };
  const first = await startPipeline(temporal.client, 'counting', options);
  await assert.rejects(startPipeline(temporal.client, 'counting', options), { code: 'RUN_EXISTS' });
  const joined = await startPipeline(temporal.client, 'counting', { ...options, onDuplicate: 'join' });
  assert.equal(joined.runId, first.runId);
  await first.result();
});
