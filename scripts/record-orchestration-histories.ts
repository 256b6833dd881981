import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type PipelineHandle, rerunPipeline, startPipeline, startRetrain } from '../client/index.js';
import { findRun } from '../lineage/queries/runs.js';
import { pluginWorker } from '../test/support/plugin-worker.js';
import { recordHistory } from '../test/support/record-history.js';
import { hasRun, untilStatus } from '../test/support/retrain-status.js';
import { arriveTrips } from '../test/support/spans/trips.js';

/*
 * Records the histories of approvals, partial reruns, pauses, sub-pipelines, skipped runs and retrain for
 * test/replay: `node dist/scripts/record-orchestration-histories.js PART…`. Only for shapes that are new; a recorded
 * history is never recorded again to make a replay pass.
 */
const fixture = await pluginWorker(['counting/pipelines.js', 'spans/pipelines.js'], {
  components: [new URL('../test/support/counting/implementations.js', import.meta.url)],
  modules: { trips: new URL('../test/support/spans/trips-module.js', import.meta.url) },
});
const { client } = fixture.temporal;
const { taskQueue } = fixture;

const start = (pipeline: string, parameters: object, more: object = {}): Promise<PipelineHandle> =>
  startPipeline(client, pipeline, { taskQueue, parameters, ...more });

async function record(handle: { readonly workflowId: string; readonly runId?: string }, name: string): Promise<void> {
  console.log(await recordHistory(client, handle.workflowId, name, handle.runId));
}

async function approvals(): Promise<void> {
  for (const [name, approved] of [
    ['approving-approved', true],
    ['approving-rejected', false],
  ] as const) {
    const handle = await start('approving', {});
    while ((await handle.status()).approvals === undefined) await sleep(100);
    await handle.approve({ by: 'ann', approved, why: 'as seen' });
    await handle.result();
    await record(handle, name);
  }
  const late = await start('approving', { timeout: 300 });
  await late.result();
  await record(late, 'approving-timeout');
}

async function repeats(): Promise<void> {
  const first = await start('chain', { salt: randomUUID() });
  await first.result();
  const run = await findRun(fixture.lineage.database, first.runId);
  if (run === undefined) throw new Error('the run was not recorded');
  const base = { client, lineage: fixture.lineage, taskQueue, run };
  const again = await rerunPipeline({ ...base, from: ['Count'], to: ['Sum'], name: 'rerun' });
  await again.result();
  await record(again, 'chain-rerun');
  const paused = await start('chain', { salt: randomUUID(), steps: 10, stepMs: 100 });
  while (!(await paused.status()).nodes.some(({ node }) => node === 'Sum')) await sleep(50);
  await paused.pause({ by: 'ann' });
  await sleep(2500);
  await paused.unpause();
  await paused.result();
  await record(paused, 'chain-paused');
}

async function others(): Promise<void> {
  const parent = await start('parent', { salt: randomUUID() });
  await parent.result();
  await record(parent, 'parent');
  const root = mkdtempSync(path.join(tmpdir(), 'tfx-histories-'));
  const data = `${root}/{YYYY}-{MM}-{DD}/*.csv`;
  const skipped = await start('daily', { data }, { nominalTime: '2026-03-02', onMissing: 'skip' });
  await skipped.result();
  await record(skipped, 'daily-skipped');
  for (const day of ['2026-03-01', '2026-03-02']) {
    mkdirSync(path.join(root, day));
    writeFileSync(path.join(root, day, 'rows.csv'), `n\n${day.slice(-1)}\n`);
  }
  const rolling = await start('rolling', { data, window: 2 }, { nominalTime: '2026-03-02' });
  await rolling.result();
  await record(rolling, 'rolling');
}

async function retraining(): Promise<void> {
  const handle = await startRetrain(
    client,
    'history',
    { pipeline: 'chain', parameters: { salt: 'retrain', broken: false }, historyLimit: 50 },
    { taskQueue },
  );
  const first = (await client.workflow.getHandle(handle.workflowId).describe()).runId;
  for (let span = 1; span <= 12; span++) {
    await handle.newData({ span });
    await sleep(200);
  }
  for (let status = await handle.status(); status.queue.length > 0 || status.running !== undefined;) {
    await sleep(200);
    status = await handle.status();
  }
  await handle.pause({ by: 'ann' });
  await handle.unpause();
  await handle.reconfigure({ maxRunsPerDay: 5 });
  await handle.stop();
  await handle.result();
  await record({ workflowId: handle.workflowId, runId: first }, 'retrain-continued');
  await record({ workflowId: handle.workflowId }, 'retrain-stopped');
}

/** Looks, a drift child, a run for it, and two failed runs after which it stops. */
async function drifting(): Promise<void> {
  const root = mkdtempSync(path.join(tmpdir(), 'tfx-histories-'));
  const usual = { inOslo: 50, dearer: 0 };
  for (const span of [1, 2]) await arriveTrips(root, span, 'csv', usual);
  const input = `${root}/span-{SPAN}/*.csv`;
  const handle = await startRetrain(
    client,
    'drifting',
    {
      pipeline: 'chain',
      parameters: { salt: 'drift' },
      drift: { input, module: 'trips', everySeconds: 1 },
      stopAfterFailures: 2,
      retrySeconds: 1,
    },
    { taskQueue },
  );
  await untilStatus(handle, ({ drift }) => drift !== undefined);
  await arriveTrips(root, 3, 'csv', { inOslo: 90, dearer: 30 });
  await untilStatus(handle, hasRun(1));
  await handle.reconfigure({ drift: null, parameters: { salt: 'drift', broken: true } });
  await handle.newData({ span: 4 });
  await untilStatus(handle, ({ paused }) => paused !== undefined);
  await handle.stop();
  await handle.result();
  await record({ workflowId: handle.workflowId }, 'retrain-drift');
  await record({ workflowId: 'driftCheck/drifting-3' }, 'driftCheck');
}

const parts: Readonly<Record<string, () => Promise<void>>> = { approvals, repeats, others, retraining, drifting };
for (const name of process.argv.slice(2)) await parts[name]?.();
await fixture.close();
process.exit(0);
