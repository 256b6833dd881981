import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertExactlyOnce, metric, recordedNodes } from './exactly-once.js';
import { Scenario } from './scenario.js';

const timeout = 180_000;

test('an attempt that was given up and finishes late changes nothing', { timeout }, async () => {
  const scenario = await Scenario.open();
  try {
    const zombie = await scenario.startWorker();
    const run = await scenario.start({ size: 10, steps: 60, stepMs: 100, deaf: true });
    await scenario.started('Sum');
    await sleep(3500);
    zombie.kill('SIGSTOP');
    await scenario.startWorker();
    await scenario.started('Sum', 2);
    zombie.kill('SIGCONT');
    await run.result();
    await sleep(4000);
    await assertExactlyOnce(scenario, run.runId, ['Count', 'Sum']);
    const firstStep = await metric(scenario.databaseUrl, run.runId, 'Sum', 'firstStep');
    assert.ok((firstStep ?? 0) > 0, 'the second attempt began at the accepted checkpoint of the first');
  } finally {
    await scenario.close();
  }
});

test(
  'a lost answer of begin, executor, publish or finish is asked for again, and is the same',
  { timeout },
  async () => {
    const scenario = await Scenario.open();
    try {
      const lose = ['Count.begin', 'Count', 'Count.publish', 'Sum.begin', 'Sum', 'Sum.publish', 'finish'];
      await scenario.startWorker({ lose });
      const run = await scenario.start({ size: 10 });
      await run.result();
      for (const activityId of lose) assert.equal(scenario.attempts(activityId), 2, activityId);
      await assertExactlyOnce(scenario, run.runId, ['Count', 'Sum']);
    } finally {
      await scenario.close();
    }
  },
);

test('two runs that race for the same work both end well', { timeout }, async () => {
  const scenario = await Scenario.open();
  try {
    await scenario.startWorker();
    const runs = await Promise.all([1, 2, 3].map(() => scenario.start({ size: 10, steps: 20, stepMs: 20 })));
    const results = await Promise.all(runs.map((run) => run.result()));
    for (const run of runs) await assertExactlyOnce(scenario, run.runId, ['Count', 'Sum']);
    assert.equal(new Set(results.map(({ outputs }) => outputs['sum']?.digest)).size, 1);
  } finally {
    await scenario.close();
  }
});

test('a workflow that is reset to its middle records new executions from there on', { timeout }, async () => {
  const scenario = await Scenario.open();
  try {
    await scenario.startWorker();
    const run = await scenario.start({ size: 10, steps: 2 });
    const before = await run.result();
    const runId = await resetAfter(scenario, run.workflowId, run.runId, 'Sum.begin');
    const handle = scenario.temporal.client.workflow.getHandle(run.workflowId, runId);
    const after = (await handle.result()) as typeof before;
    // What was replayed stays the old run's; what ran again is new and complete.
    await assertExactlyOnce(scenario, runId, ['Sum']);
    assert.equal((await recordedNodes(scenario.databaseUrl, run.runId)).length, 2);
    assert.notEqual(after.outputs['sum']?.id, before.outputs['sum']?.id);
    assert.equal(after.outputs['sum']?.digest, before.outputs['sum']?.digest);
  } finally {
    await scenario.close();
  }
});

/** Resets a run to the workflow task that saw an activity's result. @returns the new run's id */
async function resetAfter(scenario: Scenario, workflowId: string, runId: string, activityId: string): Promise<string> {
  const { client } = scenario.temporal;
  const { events = [] } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  const scheduled = events?.find((event) => event.activityTaskScheduledEventAttributes?.activityId === activityId);
  const completed = events?.find((event) =>
    event.activityTaskCompletedEventAttributes?.scheduledEventId?.equals(scheduled?.eventId ?? -1),
  );
  const task = events?.find(
    (event) =>
      event.workflowTaskCompletedEventAttributes != null && event.eventId?.greaterThan(completed?.eventId ?? 0),
  );
  assert.ok(task?.eventId != null, 'the workflow task after the activity');
  const { runId: newRunId } = await client.workflowService.resetWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId, runId },
    workflowTaskFinishEventId: task.eventId,
    requestId: `${runId}-reset`,
    reason: 'test',
  });
  return newRunId;
}
