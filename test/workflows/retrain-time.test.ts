import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { type RetrainHandle, startPipeline, startRetrain } from '../../client/index.js';
import { bundleWorkflows } from '../../worker/workflow-bundle.js';
import { InMemoryActivities } from '../support/in-memory-activities.js';
import { temporalTestServerPath } from '../support/servers.js';

/*
 * Days in seconds: on the time-skipping test server.
 */
const folder = mkdtempSync(path.join(tmpdir(), 'tfx-retrain-time-'));
const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const taskQueue = randomUUID();
let env: TestWorkflowEnvironment;
let worker: Worker;
let running: Promise<void>;

before(async () => {
  const executable = { type: 'existing-path', path: await temporalTestServerPath() } as const;
  env = await TestWorkflowEnvironment.createTimeSkipping({ server: { executable } });
  const { codePath } = await bundleWorkflows([here('../support/counting/pipelines.js')], here('..'), folder);
  worker = await Worker.create({
    connection: env.nativeConnection,
    taskQueue,
    workflowBundle: { codePath },
    activities: new InMemoryActivities().activities(),
  });
  running = worker.run();
});

after(async () => {
  worker.shutdown();
  await running;
  await env.teardown();
  rmSync(folder, { recursive: true });
});

const start = (config: object): Promise<RetrainHandle> =>
  startRetrain(
    env.client,
    randomUUID(),
    { pipeline: 'counting', parameters: { steps: 1, stepMs: 0 }, ...config },
    { taskQueue },
  );

test('it runs by time, at most so often a day, and goes on the next day', async () => {
  const handle = await start({ everySeconds: 3600, maxRunsPerDay: 3 });
  await env.sleep('3 days');
  const { runs, lastRuns, runsToday } = await handle.status();
  const days = new Map<string, number>();
  for (const { started } of lastRuns) days.set(started.slice(0, 10), (days.get(started.slice(0, 10)) ?? 0) + 1);
  assert.ok(Math.max(...days.values()) <= 3, JSON.stringify([...days]));
  assert.ok(days.size >= 3, `runs on ${days.size} days: ${JSON.stringify([...days])}`);
  assert.ok(runs >= 9 && runs <= 12, `${runs} runs`);
  assert.ok(runsToday <= 3);
  assert.ok(lastRuns.every(({ reason }) => reason === 'time'));
  await handle.stop();
  await handle.result();
});

test('what the limit of a day holds back runs the next day', async () => {
  const handle = await start({ maxRunsPerDay: 1 });
  await handle.newData({ span: 1 });
  await env.sleep('1 second');
  await handle.newData({ span: 2 });
  await env.sleep('1 second');
  assert.match((await handle.status()).waitsFor, /^tomorrow/);
  await env.sleep('1 day');
  const { lastRuns } = await handle.status();
  assert.deepEqual(
    lastRuns.map(({ span }) => span),
    [2, 1],
  );
  await handle.stop();
  await handle.result();
});

test('an approval that nobody answers for three days is refused by the deadline', async () => {
  const handle = await startPipeline(env.client, 'approving', { taskQueue, parameters: { timeout: 3 * 86_400_000 } });
  await env.sleep('4 days');
  const { outcome } = await handle.result();
  assert.equal(outcome, 'NOT_APPROVED');
});
