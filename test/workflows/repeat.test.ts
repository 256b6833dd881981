import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type PipelineHandle, rerunPipeline, retryPipeline, startPipeline } from '../../client/index.js';
import { executionsOfRun, type ExecutionView } from '../../lineage/queries/executions.js';
import { findRun, type RunSummary } from '../../lineage/queries/runs.js';
import { pluginWorker, type PluginWorker } from '../support/plugin-worker.js';
import { codedError } from '../support/workflow-worker.js';

let fixture: PluginWorker;

before(async () => {
  fixture = await pluginWorker(['counting/pipelines.js'], {
    components: [new URL('../support/counting/implementations.js', import.meta.url)],
  });
});

after(() => fixture.close());

const start = (pipeline: string, parameters: object, more: object = {}): Promise<PipelineHandle> =>
  startPipeline(fixture.temporal.client, pipeline, { taskQueue: fixture.taskQueue, parameters, ...more });

async function recorded(handle: PipelineHandle): Promise<RunSummary> {
  const run = await findRun(fixture.lineage.database, handle.runId);
  assert.ok(run);
  return run;
}

async function nodes({ workflowId, runId }: PipelineHandle): Promise<Record<string, ExecutionView>> {
  const run = { namespace: 'default', workflowId, runId };
  const executions = await executionsOfRun(fixture.lineage.database, run);
  return Object.fromEntries(executions.map((execution) => [execution.node, execution]));
}

const states = async (handle: PipelineHandle): Promise<Record<string, string>> =>
  Object.fromEntries(Object.entries(await nodes(handle)).map(([node, { state }]) => [node, state]));

const repeatable = (run: RunSummary) => ({
  client: fixture.temporal.client,
  lineage: fixture.lineage,
  taskQueue: fixture.taskQueue,
  run,
});

test('a rerun from a node with another parameter runs it and what follows, and takes over all else as CACHED', async () => {
  const first = await start('chain', { salt: randomUUID() }, { nominalTime: '2026-01-02T03:04:05.000Z' });
  await first.result();
  const base = await recorded(first);
  const again = await rerunPipeline({ ...repeatable(base), from: ['Sum'], parameters: { steps: 2 } });
  assert.match(again.workflowId, /^chain\/.*-rerun-/);
  await again.result();
  const made = await nodes(again);
  assert.deepEqual(await states(again), {
    Count: 'CACHED',
    'Count[others]': 'CACHED',
    Sum: 'COMPLETE',
    Show: 'CACHED',
  });
  const before = await nodes(first);
  assert.deepEqual(made['Count']?.outputs, before['Count']?.outputs);
  assert.equal(made['Count']?.cachedFrom?.executionId, before['Count']?.executionId);
  const { parameters, nominalTime } = await recorded(again);
  assert.equal(nominalTime, '2026-01-02T03:04:05.000Z');
  assert.deepEqual(parameters, { ...(base.parameters as object), steps: 2 });
});

test('the node that a rerun starts from runs again also when nothing differs', async () => {
  const first = await start('chain', { salt: randomUUID() });
  await first.result();
  const again = await rerunPipeline({ ...repeatable(await recorded(first)), from: ['Sum'] });
  await again.result();
  assert.equal((await states(again))['Sum'], 'COMPLETE');
});

test('a rerun up to a node ends there', async () => {
  const first = await start('chain', { salt: randomUUID() });
  await first.result();
  const bounds = { from: ['Count'], to: ['Sum'] };
  const again = await rerunPipeline({ ...repeatable(await recorded(first)), ...bounds });
  const { outcome, reasons } = await again.result();
  assert.equal(outcome, 'COMPLETED');
  assert.deepEqual(reasons, ['Repeated as far as asked: not Show.']);
  assert.deepEqual(await states(again), { Count: 'COMPLETE', 'Count[others]': 'CACHED', Sum: 'CACHED' });
});

test('a rerun from a node that the run had not is refused with those that it had', async () => {
  const first = await start('chain', { salt: randomUUID() });
  await first.result();
  const error = await codedError(rerunPipeline({ ...repeatable(await recorded(first)), from: ['Trainer'] }));
  assert.equal(error.code, 'NODE_UNKNOWN');
  assert.match(error.what, /it has Count, Count\[others\], Sum, Show/);
});

test('a retry goes on under the same name where a failed run stopped', async () => {
  const first = await start('chain', { salt: randomUUID(), broken: true });
  await codedError(first.result());
  const base = await recorded(first);
  const again = await retryPipeline(repeatable(base));
  assert.equal(again.workflowId, first.workflowId);
  await codedError(again.result());
  assert.deepEqual(await states(again), {
    Count: 'CACHED',
    'Count[others]': 'CACHED',
    Sum: 'CACHED',
    Broken: 'FAILED',
  });
  const finished = await start('chain', { salt: randomUUID() });
  await finished.result();
  assert.equal((await codedError(retryPipeline(repeatable(await recorded(finished))))).code, 'RUN_NOT_FAILED');
});

test('a paused run starts no more nodes until it goes on', async () => {
  const handle = await start('chain', { salt: randomUUID(), steps: 10, stepMs: 150 });
  while (!(await handle.status()).nodes.some(({ node }) => node === 'Sum')) await sleep(100);
  await handle.pause({ by: 'ann', why: 'lunch' });
  assert.equal((await codedError(handle.pause())).code, 'MESSAGE_REFUSED');
  while ((await handle.status()).nodes.some(({ node, state }) => node === 'Sum' && state === 'running'))
    await sleep(100);
  await sleep(500);
  const status = await handle.status();
  assert.equal(status.paused?.why, 'lunch');
  assert.equal(status.state, 'running');
  assert.ok(!status.nodes.some(({ node }) => node === 'Show'));
  await handle.unpause();
  assert.equal((await handle.result()).outcome, 'COMPLETED');
});

test('a sub-pipeline is a run of its own whose context has its parent as parent; its artifacts go on in the parent', async () => {
  const handle = await start('parent', { salt: randomUUID() });
  const { outputs } = await handle.result();
  assert.equal(outputs['shown']?.type, 'Shown');
  const child = await findRun(fixture.lineage.database, `${handle.workflowId}/counting`);
  assert.equal(child?.pipeline, 'counting');
  assert.equal(child.outcome, 'COMPLETED');
  const rows = await fixture.lineage.database.query<{ parent: string }>(
    `select p.name as parent from parentcontext l join context c on c.id = l.context_id
     join context p on p.id = l.parent_context_id where c.name = $1`,
    [child.runId],
  );
  assert.deepEqual(rows, [{ parent: handle.runId }]);
});

test('a changed parameter that reaches a node which is taken over fails the rerun instead of having no effect', async () => {
  const first = await start('chain', { salt: randomUUID() });
  await first.result();
  const parameters = { salt: 'other', steps: 2 };
  const again = await rerunPipeline({ ...repeatable(await recorded(first)), from: ['Sum'], parameters });
  const error = await codedError(again.result());
  assert.equal(error.code, 'RERUN_CHANGES_REUSED');
  assert.match(error.what, /^Count is taken over .*: its salt would be "other", and was "/);
  assert.match(error.fix, /--from Count/);
});

test('a rerun whose last node takes nothing from its first is refused before it starts', async () => {
  const first = await start('chain', { salt: randomUUID() });
  await first.result();
  const again = rerunPipeline({ ...repeatable(await recorded(first)), from: ['Show'], to: ['Count'] });
  const error = await codedError(again);
  assert.deepEqual([error.code, error.what], ['RERUN_RANGE_EMPTY', 'Count takes nothing that comes from Show.']);
});

test('what fails a sub-pipeline fails its parent with the same code; a cancel reaches both', async () => {
  const failing = await start('parent', { salt: randomUUID(), fail: true });
  const error = await codedError(failing.result());
  assert.match(error.what, /asked to fail/);
  const handle = await start('parent', { salt: randomUUID(), steps: 1000 });
  const childId = `${handle.workflowId}/counting`;
  const child = fixture.temporal.client.workflow.getHandle(childId);
  while ((await findRun(fixture.lineage.database, childId)) === undefined) await sleep(100);
  await handle.cancel();
  assert.equal((await codedError(handle.result())).code, 'PIPELINE_CANCELED');
  assert.equal((await child.describe()).status.name, 'CANCELLED');
});
