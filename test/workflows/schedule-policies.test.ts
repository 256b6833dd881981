import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  backfillSchedule,
  createSchedule,
  describeSchedule,
  type Overlap,
  pauseSchedule,
  type PipelineSchedule,
  type ScheduleDetails,
  triggerSchedule,
} from '../../client/index.js';
import { DailySchedules, type DailyFiles } from '../support/daily-schedules.js';

let daily: DailySchedules;

before(async () => {
  daily = await DailySchedules.open();
});

after(() => daily.close());

/** Runs that wait until their span's data arrives. */
function waiting({ pattern }: DailyFiles, facts: Partial<PipelineSchedule>): PipelineSchedule {
  const onMissing = { wait: '5 minutes', every: '200 milliseconds' };
  return daily.schedule({ parameters: { data: pattern, period: 1 }, onMissing, ...facts });
}

async function until(name: string, isSo: (details: ScheduleDetails) => boolean): Promise<ScheduleDetails> {
  for (;;) {
    const details = await describeSchedule(daily.worker.temporal.client, name);
    if (isSo(details)) return details;
    await sleep(200);
  }
}

/** The time in a run's workflow id. */
const nominalTimeOf = (workflowId: string): Date => new Date(workflowId.slice(-20));
const spanOf = (time: Date): string => String(time.getTime() / 1000);

test('a pause drops the runs that wait for another one, and a backfill makes them, also while paused', async () => {
  const { client } = daily.worker.temporal;
  const files = daily.spans();
  const made = waiting(files, { every: '1 second', overlap: 'bufferAll' });
  await createSchedule(client, made);
  await until(made.name, ({ runsWaiting }) => runsWaiting >= 2);
  await pauseSchedule(client, made.name);
  const { running } = await describeSchedule(client, made.name);
  const first = nominalTimeOf(running[0] ?? '');
  files.add(spanOf(first));
  const after = await until(made.name, (details) => details.running.length === 0);
  assert.deepEqual([after.runsSoFar, after.runsWaiting], [1, 0]);
  assert.equal(after.recentRuns[0]?.outcome, 'COMPLETED');

  const left = [1, 2].map((seconds) => new Date(first.getTime() + seconds * 1000));
  for (const time of left) files.add(spanOf(time));
  const due = await backfillSchedule(client, made.name, { from: left[0] ?? first, to: left[1] ?? first });
  assert.deepEqual(due, left);
  const { recentRuns } = await until(made.name, ({ runsSoFar, running: now }) => runsSoFar === 3 && now.length === 0);
  const newestFirst = left.toReversed();
  assert.deepEqual(
    recentRuns.slice(0, 2).map(({ workflowId }) => nominalTimeOf(workflowId)),
    newestFirst,
  );
});

test('a run that is due while another one goes on is handled as the overlap policy says', async () => {
  const { client } = daily.worker.temporal;
  /** Three runs, of which the first would go on, and what is to be seen of them. */
  const cases: Readonly<Record<Overlap, (details: ScheduleDetails) => boolean>> = {
    skip: ({ runsSoFar, runsSkippedByOverlap }) => runsSoFar === 1 && runsSkippedByOverlap === 2,
    bufferOne: ({ runsSoFar, runsWaiting, runsSkippedByOverlap }) =>
      runsSoFar === 1 && runsWaiting === 1 && runsSkippedByOverlap === 1,
    bufferAll: ({ runsSoFar, runsWaiting }) => runsSoFar === 1 && runsWaiting === 2,
    allowAll: ({ runsSoFar, recentRuns }) => runsSoFar === 3 && recentRuns.every(({ state }) => state === 'RUNNING'),
    cancelOther: ({ recentRuns: [newest, ...others] }) => newest?.state === 'RUNNING' && all(others, 'CANCELLED'),
    terminateOther: ({ recentRuns: [newest, ...others] }) => newest?.state === 'RUNNING' && all(others, 'TERMINATED'),
  };
  // How many there are depends on how long the first takes to end.
  const all = (runs: ScheduleDetails['recentRuns'], state: string): boolean =>
    runs.length > 0 && runs.every((run) => run.state === state);
  await Promise.all(
    Object.entries(cases).map(async ([overlap, isAsTold]) => {
      const made = waiting(daily.spans(), { overlap: overlap as Overlap, paused: true });
      await createSchedule(client, made);
      for (let run = 0; run < 3; run++) {
        await triggerSchedule(client, made.name, overlap as Overlap);
        // A workflow id has the time in seconds.
        await sleep(1500);
      }
      const details = await until(made.name, isAsTold);
      assert.equal(details.policies.overlap, overlap);
    }),
  );
});

test('a schedule that shall pauses when a run fails, and says which run failed and why', async () => {
  const { client } = daily.worker.temporal;
  const { pattern } = daily.spans();
  const facts = { every: '1 second', pauseOnFailure: true } as const;
  const made = daily.schedule({ parameters: { data: pattern, period: 1 }, onMissing: 'fail', ...facts });
  await createSchedule(client, made);
  const { lastFailure, note } = await until(made.name, ({ paused }) => paused);
  assert.equal(lastFailure?.outcome, 'SPAN_NOT_FOUND');
  assert.match(lastFailure.why ?? '', /span/i);
  assert.match(note ?? '', /paused due to workflow failure/);
});

test('a run waits for its data until so long after the time it was due: a backfilled one looks once', async () => {
  const { client } = daily.worker.temporal;
  const { pattern } = daily.days();
  const onMissing = { wait: '6 hours', every: '200 milliseconds' };
  const made = daily.schedule({ parameters: { data: pattern }, onMissing, paused: true, jitter: '10 minutes' });
  await createSchedule(client, made);
  const moment = '2026-03-01T02:00:00Z';
  assert.equal((await backfillSchedule(client, made.name, { from: moment, to: moment })).length, 1, 'jitter or not');
  const { lastFailure } = await until(made.name, ({ recentRuns }) => recentRuns[0]?.state === 'FAILED');
  assert.equal(lastFailure?.workflowId, `daily/${made.name}-${moment}`);
  assert.equal(lastFailure.outcome, 'SPAN_NOT_FOUND');
  await triggerSchedule(client, made.name);
  const { running } = await until(made.name, ({ runsSoFar }) => runsSoFar === 2);
  await sleep(1000);
  const { recentRuns } = await describeSchedule(client, made.name);
  assert.equal(recentRuns[0]?.state, 'RUNNING', `${running.join()} waits, as it is due now`);
});
