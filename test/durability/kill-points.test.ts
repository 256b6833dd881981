import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import type { CrashPoint } from '../support/counting-worker.js';
import { assertExactlyOnce } from './exactly-once.js';
import { hasEnded, Scenario } from './scenario.js';

const ACTIVITIES = ['Count.begin', 'Count', 'Count.publish', 'Sum.begin', 'Sum', 'Sum.publish', 'finish'];
const POINTS: readonly CrashPoint[] = ['before', 'during', 'after'];

/** `during` needs work that lasts: of the short activities the process is dead before they could take half a second. */
const points = ACTIVITIES.flatMap((activityId) =>
  POINTS.filter((point) => point !== 'during' || activityId === 'Sum').map((point) => ({ activityId, point })),
);

describe('a worker that is killed', { concurrency: 5 }, () => {
  for (const { activityId, point } of points) {
    test(`${point} ${activityId} costs nothing: each node is recorded exactly once`, { timeout: 180_000 }, async () => {
      const scenario = await Scenario.open();
      try {
        const worker = await scenario.startWorker({ crash: { activityId, point } });
        const run = await scenario.start({ size: 100, steps: 30, stepMs: 50 });
        if (!hasEnded(worker)) await once(worker, 'exit');
        assert.equal(worker.signalCode, 'SIGKILL');
        await scenario.startWorker();
        const result = await run.result();
        assert.equal(result.outcome, 'COMPLETED');
        await assertExactlyOnce(scenario, run.runId, ['Count', 'Sum']);
      } finally {
        await scenario.close();
      }
    });
  }
});
