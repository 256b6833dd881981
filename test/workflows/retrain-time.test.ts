import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { createLook } from '../../activities/look.js';
import { createNotify } from '../../activities/notify.js';
import { type RetrainHandle, startPipeline, startRetrain } from '../../client/index.js';
import { bundleWorkflows } from '../../worker/workflow-bundle.js';
import { InMemoryActivities } from '../support/in-memory-activities.js';
import { timeSkippingServer } from '../../testing.js';
import { useSharedTools } from '../support/servers.js';

/*
 * Days in seconds: on the time-skipping test server.
 */
const folder = mkdtempSync(path.join(tmpdir(), 'tfx-retrain-time-'));
const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const taskQueue = randomUUID();
const inMemory = new InMemoryActivities();
let env: TestWorkflowEnvironment;
let worker: Worker;
let running: Promise<void>;

before(async () => {
  useSharedTools();
  env = await TestWorkflowEnvironment.createTimeSkipping({ server: await timeSkippingServer() });
  const { codePath } = await bundleWorkflows([here('../support/counting/pipelines.js')], here('..'), folder);
  worker = await Worker.create({
    connection: env.nativeConnection,
    taskQueue,
    workflowBundle: { codePath },
    // Looking and notifying are the real ones: they need no database.
    activities: { ...inMemory.activities(), 'tfx.look': createLook({}), 'tfx.notify': createNotify() },
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

test('it lives for ninety days of daily spans and runs once for each, through many lives', async () => {
  const data = path.join(folder, 'days');
  const handle = await start({
    poll: { input: `${data}/span-{SPAN}/*.csv`, everySeconds: 21_600 },
    spans: 'each',
    historyLimit: 400,
  });
  const plain = env.client.workflow.getHandle(handle.workflowId);
  const first = (await plain.describe()).runId;
  for (let day = 1; day <= 90; day++) {
    // Every tenth day's data comes a day late, with the next day's.
    for (const span of day % 10 === 0 ? [] : day % 10 === 1 && day > 1 ? [day - 1, day] : [day]) {
      mkdirSync(path.join(data, `span-${span}`), { recursive: true });
      writeFileSync(path.join(data, `span-${span}`, 'rows.csv'), `n\n${span}\n`);
    }
    await env.sleep('1 day');
  }
  const { runs, lastRuns, failuresInRow, trouble } = await handle.status();
  assert.deepEqual([runs, failuresInRow, trouble], [89, 0, undefined]);
  assert.notEqual((await plain.describe()).runId, first);
  const prefix = `counting/${handle.workflowId.slice('retrain/'.length)}-`;
  assert.equal(lastRuns[0]?.workflowId, `${prefix}89-span-89`);
  const spans = inMemory.finished.map(({ run }) => run.span).filter((span) => span !== undefined);
  for (let span = 3; span < 90; span++) {
    assert.equal(spans.filter((each) => each === span).length, 1, `span ${span} ran once`);
  }
  await handle.stop();
  await handle.result();
});

test('a webhook that is down is called again for two minutes, and ends nothing', async () => {
  const webhook = 'http://127.0.0.1:9/down';
  process.env['TFX_TEMPORAL_ALLOWED_HOSTS'] = '127.0.0.1:9';
  const parameters = { fail: true, steps: 1, stepMs: 0 };
  const handle = await start({ parameters, stopAfterFailures: 2, webhook });
  await handle.runNow();
  // A failed run is made again after five minutes.
  await env.sleep('10 minutes');
  const { runs, paused, trouble } = await handle.status();
  delete process.env['TFX_TEMPORAL_ALLOWED_HOSTS'];
  assert.equal(runs, 2);
  assert.match(paused?.why ?? '', /^2 runs failed in a row; the last: .*asked to fail/);
  assert.match(trouble ?? '', /^The webhook could not be called: The webhook at 127\.0\.0\.1:9 did not answer/);
  await handle.reconfigure({ parameters: { steps: 1, stepMs: 0 } });
  await handle.unpause();
  await env.sleep('1 minute');
  const { lastRuns, failuresInRow } = await handle.status();
  assert.deepEqual([lastRuns[0]?.outcome, failuresInRow], ['COMPLETED', 0]);
  await handle.stop();
  await handle.result();
});

test('a failed run is made again after a minute, then two, then four, up to an hour', async () => {
  const parameters = { fail: true, steps: 1, stepMs: 0 };
  const handle = await start({ parameters, stopAfterFailures: 9, maxRunsPerDay: 100, retrySeconds: 60 });
  await handle.newData({ span: 8 });
  await env.sleep('5 hours');
  const { lastRuns, paused } = await handle.status();
  assert.match(paused?.why ?? '', /^9 runs failed in a row/);
  const starts = lastRuns.map(({ started }) => Date.parse(started)).reverse();
  const waits = starts.slice(1).map((time, i) => Math.round((time - (starts[i] ?? 0)) / 60_000));
  assert.deepEqual(waits, [1, 2, 4, 8, 16, 32, 60, 60]);
  assert.ok(lastRuns.every(({ span }) => span === 8));
  await handle.stop();
  await handle.result();
});

test('an approval that nobody answers for three days is refused by the deadline', async () => {
  const handle = await startPipeline(env.client, 'approving', { taskQueue, parameters: { timeout: 3 * 86_400_000 } });
  await env.sleep('4 days');
  const { outcome } = await handle.result();
  assert.equal(outcome, 'NOT_APPROVED');
});
