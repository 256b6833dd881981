import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { closeEndedRuns } from '../../activities/close-ended-runs.js';
import { listRuns, type RunSummary } from '../../lineage/queries/runs.js';
import { type Lineage, openLineage } from '../../lineage/index.js';
import { lineageProblems } from './problems.js';
import { Scenario } from './scenario.js';

let scenario: Scenario;
let lineage: Lineage;

before(async () => {
  scenario = await Scenario.open();
  lineage = openLineage(scenario.databaseUrl);
  await scenario.startWorker();
});

after(async () => {
  await lineage.close();
  await scenario.close();
});

const SLOW = { steps: 1000, stepMs: 50 };

async function recorded(runId: string): Promise<RunSummary | undefined> {
  return (await listRuns(lineage.database)).find((run) => run.runId === runId);
}

test('a run that was terminated or timed out has an end in lineage when the next run of its pipeline ends', async () => {
  const { client } = scenario.temporal;
  const terminated = await scenario.start({ ...SLOW, salt: 'terminated' });
  const timed = await client.workflow.start('counting', {
    workflowId: `counting/${randomUUID()}`,
    taskQueue: scenario.taskQueue,
    args: [{ ...SLOW, salt: 'timed' }],
    workflowRunTimeout: '10 seconds',
  });
  await scenario.started('Sum', 2);
  await client.workflow.getHandle(terminated.workflowId).terminate('no longer wanted');
  await assert.rejects(timed.result());
  assert.equal((await recorded(terminated.runId))?.state, 'RUNNING', 'nothing of ours runs at a termination');

  await (await scenario.start({ salt: 'next' })).result();
  const ends = await Promise.all([terminated.runId, timed.firstExecutionRunId].map(recorded));
  assert.deepEqual(
    ends.map((run) => [run?.state, run?.failure?.code, run?.nodes.running]),
    [
      ['FAILED', 'RUN_TERMINATED', 0],
      ['FAILED', 'RUN_TERMINATED', 0],
    ],
  );
  assert.match(ends[0]?.failure?.message ?? '', /no longer wanted/);
  assert.match(ends[1]?.failure?.message ?? '', /timed out/);
  assert.deepEqual(await lineageProblems(scenario), []);
});

test('a run that goes on, or that only another Temporal may know, is left open', async () => {
  const { client } = scenario.temporal;
  const going = await scenario.start({ ...SLOW, salt: 'going' });
  await scenario.started('Sum', 4);
  const elsewhere = { namespace: 'default', workflowId: 'counting/elsewhere', runId: randomUUID() };
  const run = { pipeline: 'counting', parameters: {}, nominalTime: new Date().toISOString() };
  await lineage.begin({
    identity: { ...elsewhere, node: 'Count' },
    run,
    component: 'Count',
    inputs: {},
    parameters: {},
    fingerprint: randomUUID(),
    fields: {},
    executionId: await lineage.reserveExecutionId(),
    state: 'RUNNING',
    outputs: {},
    summary: '',
    begunAt: new Date(),
    modules: {},
    answer: () => ({}),
  });
  assert.deepEqual(await closeEndedRuns(client, lineage), []);
  const closed = await closeEndedRuns(client, lineage, { forgottenAfterMs: 0 });
  assert.deepEqual(
    closed.map(({ runId }) => runId),
    [elsewhere.runId],
    'but not for ever',
  );
  assert.equal((await recorded(going.runId))?.state, 'RUNNING');
  await going.cancel();
  await assert.rejects(going.result());
});
