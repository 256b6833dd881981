import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RetrainHandle, startRetrain } from '../../client/index.js';
import type { DriftConfig } from '../../workflows/index.js';
import { pluginWorker, type PluginWorker } from '../support/plugin-worker.js';
import { hasRun, untilStatus } from '../support/retrain-status.js';
import { arriveTrips, TRIP_FILES } from '../support/spans/trips.js';

const folder = mkdtempSync(path.join(tmpdir(), 'tfx-drift-'));
const open: RetrainHandle[] = [];
let fixture: PluginWorker;

before(async () => {
  fixture = await pluginWorker(['counting/pipelines.js'], {
    components: [new URL('../support/counting/implementations.js', import.meta.url)],
    modules: {
      trips: new URL('../support/spans/trips-module.js', import.meta.url),
      plain: new URL('../support/spans/plain-module.js', import.meta.url),
    },
  });
});

after(async () => {
  for (const handle of open) {
    await fixture.temporal.client.workflow.getHandle(handle.workflowId).terminate();
  }
  await fixture.close();
  rmSync(folder, { recursive: true });
});

/** It looks for drift alone: nothing tells it of new data. */
async function start(drift: Omit<DriftConfig, 'everySeconds'>): Promise<RetrainHandle> {
  const config = { pipeline: 'chain', parameters: { salt: randomUUID() }, drift: { ...drift, everySeconds: 1 } };
  const { taskQueue, temporal } = fixture;
  const handle = await startRetrain(temporal.client, randomUUID(), config, { taskQueue });
  open.push(handle);
  return handle;
}

const usual = { inOslo: 50, dearer: 0 };

describe('looking for drift', () => {
  for (const format of ['csv', 'parquet', 'tfrecord'] as const) {
    it(`of ${format} starts a run when a feature has drifted and says which by how much; else it says that none has`, async () => {
      const root = path.join(folder, format);
      await arriveTrips(root, 1, format, usual);
      await arriveTrips(root, 2, format, { inOslo: 52, dearer: 0 });
      const handle = await start({ input: `${root}/span-{SPAN}/${TRIP_FILES[format]}`, module: 'trips' });
      const calm = await untilStatus(handle, ({ drift }) => drift !== undefined);
      assert.equal(calm.trouble, undefined);
      assert.deepEqual([calm.runs, calm.queue, calm.drift?.drifted], [0, [], false]);
      assert.match(
        calm.drift?.says ?? '',
        /^Span 2 has not drifted from span 1; the largest distance: city: L-infinity distance 0\.02, threshold 0\.1$/,
      );

      await arriveTrips(root, 3, format, { inOslo: 90, dearer: 30 });
      const { lastRuns, drift } = await untilStatus(handle, hasRun(1));
      assert.deepEqual([lastRuns[0]?.span, lastRuns[0]?.reason, lastRuns[0]?.outcome], [3, 'drift', 'COMPLETED']);
      assert.match(drift?.says ?? '', /^Span 3 has drifted from span 1: /);
      assert.match(drift?.says ?? '', /fare: Jensen-Shannon divergence (1|0\.\d+), threshold 0\.2/);
      assert.match(drift?.says ?? '', /city: L-infinity distance 0\.4, threshold 0\.1/);
    });
  }

  it('compares with the span that was last trained on, and once for each span', async () => {
    const root = path.join(folder, 'trained');
    await arriveTrips(root, 1, 'csv', usual);
    const handle = await start({ input: `${root}/span-{SPAN}/*`, module: 'trips', exampleGen: 'csv' });
    await handle.newData({ span: 1 });
    await untilStatus(handle, hasRun(1));
    await arriveTrips(root, 5, 'csv', { inOslo: 90, dearer: 0 });
    const { drift } = await untilStatus(handle, hasRun(2));
    assert.match(drift?.says ?? '', /^Span 5 has drifted from span 1: city: L-infinity distance 0\.4/);
    await sleep(2500);
    assert.equal((await handle.status()).runs, 2);
  });

  it('says that a schema has no comparator', async () => {
    const root = path.join(folder, 'plain');
    for (const span of [1, 2]) await arriveTrips(root, span, 'csv', usual);
    const handle = await start({ input: `${root}/span-{SPAN}/*.csv`, module: 'plain' });
    const { drift, runs } = await untilStatus(handle, (status) => status.drift !== undefined);
    assert.equal(runs, 0);
    assert.match(
      drift?.says ?? '',
      /compared with span 1 by nothing: the schema of the module plain has no drift comparator/,
    );
  });

  it('says what is wrong when the files cannot be read, and goes on', async () => {
    const root = path.join(folder, 'wrong');
    for (const span of [1, 2]) await arriveTrips(root, span, 'csv', usual);
    const handle = await start({ input: `${root}/span-{SPAN}/*.csv`, module: 'trips', exampleGen: 'import' });
    const { trouble } = await untilStatus(handle, (status) => status.trouble !== undefined);
    assert.match(trouble ?? '', /^Looking for drift failed: .*span-[12]/);
    await handle.newData({ span: 1 });
    await untilStatus(handle, hasRun(1));
  });
});
