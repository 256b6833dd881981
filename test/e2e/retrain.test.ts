import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { type RetrainHandle, startRetrain } from '../../client/index.js';
import { executionsOfRun } from '../../lineage/queries/executions.js';
import { listRuns } from '../../lineage/queries/runs.js';
import type { RetrainRun } from '../../workflows/index.js';
import { mislabeled, PenguinSpans } from '../support/penguin-spans.js';
import { pluginWorker, type PluginWorker } from '../support/plugin-worker.js';
import { repositoryRoot } from '../support/shared.js';

/*
 * The example `retraining` in the hands of `retrain`: real models on real penguins.
 */
const folder = mkdtempSync(path.join(tmpdir(), 'tfx-retrain-e2e-'));
const destination = path.join(folder, 'serving');
const example = (file: string): string => path.join(repositoryRoot, 'examples/retraining', file);
let fixture: PluginWorker;
let spans: PenguinSpans;
let handle: RetrainHandle;

before(async () => {
  spans = await PenguinSpans.open(folder);
  fixture = await pluginWorker([example('pipeline.ts')], {
    modules: { retraining: pathToFileURL(example('module.ts')) },
    destinations: [destination],
  });
  const { taskQueue, temporal } = fixture;
  handle = await startRetrain(
    temporal.client,
    randomUUID(),
    {
      pipeline: 'retraining',
      parameters: { data: spans.pattern, window: 2, destination },
      poll: { input: spans.pattern, everySeconds: 1 },
    },
    { taskQueue },
  );
});

after(async () => {
  await fixture.temporal.client.workflow.getHandle(handle.workflowId).terminate();
  await fixture.close();
  rmSync(folder, { recursive: true });
});

/** Lets a span arrive, and waits until its run has ended and the next thing is waited for. */
async function runOn(span: number, rows: readonly string[]): Promise<RetrainRun> {
  spans.arrive(span, rows);
  for (;;) {
    const { running, waitsFor, lastRuns } = await handle.status();
    const [latest] = lastRuns;
    if (running === undefined && latest?.span === span) {
      assert.match(waitsFor, /^new data, or the next look at /);
      return latest;
    }
    await sleep(200);
  }
}

const nodesOf = async ({ workflowId }: RetrainRun) => {
  const run = (await listRuns(fixture.lineage.database, { limit: 20 })).find((each) => each.workflowId === workflowId);
  assert.ok(run);
  return await executionsOfRun(fixture.lineage.database, run);
};
const versions = (): readonly string[] => readdirSync(destination).filter((name) => /^\d+$/.test(name));

test('a model is trained on a rolling window, from the blessed one, pushed if it is better, and not if it is worse', async () => {
  const first = await runOn(1, spans.deal(3, 0));
  assert.deepEqual([first.outcome, first.reason, first.why], ['PUSHED', 'new data', '']);
  const firstNodes = await nodesOf(first);
  const [cold] = firstNodes.find(({ node }) => node === 'Trainer')?.outputs['model'] ?? [];
  assert.ok(cold);

  const second = await runOn(2, spans.deal(3, 1));
  assert.deepEqual([second.outcome, second.why], ['PUSHED', '']);
  const nodes = await nodesOf(second);
  const made = (node: string, channel: string) => nodes.find((each) => each.node === node)?.outputs[channel]?.[0];
  assert.deepEqual(
    [made('ExampleGen[0]', 'examples')?.properties['span'], made('ExampleGen[-1]', 'examples')?.properties['span']],
    [2, 1],
  );
  assert.equal(nodes.find(({ node }) => node === 'ExampleGen[-1]')?.state, 'CACHED', 'the older span was there');
  assert.equal(made('BaseModel', 'model')?.id, cold.id, 'a warm start from the blessed model');
  assert.equal(versions().length, 2);

  const third = await runOn(3, mislabeled(spans.deal(3, 2)));
  assert.equal(third.outcome, 'NOT_BLESSED', third.why);
  assert.match(third.why, /accuracy|crossEntropy|cross entropy/i);
  assert.equal(versions().length, 2, 'a worse model is not pushed');
  const { failuresInRow, runs } = await handle.status();
  assert.deepEqual([failuresInRow, runs], [0, 3], 'a worse model is no failure');
});
