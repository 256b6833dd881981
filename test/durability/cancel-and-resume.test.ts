import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertExactlyOnce, assertNothingHalf, metric, recordedNodes } from './exactly-once.js';
import { rows } from './problems.js';
import { Scenario } from './scenario.js';

const timeout = 180_000;
/** ml-metadata's number. */
const CANCELED = 6;

for (const deaf of [false, true]) {
  const executor = deaf ? 'an executor that does not listen' : 'a listening executor';
  test(`a cancelled run ends ${executor} and is recorded as cancelled`, { timeout }, async (t) => {
    const scenario = await Scenario.open();
    try {
      await scenario.startWorker();
      const run = await scenario.start({ steps: 1000, stepMs: 100, deaf });
      await scenario.started('Sum');
      await sleep(1000);
      const asked = Date.now();
      await run.cancel();
      await assert.rejects(run.result(), { code: 'PIPELINE_CANCELED' });
      t.diagnostic(`cancelled within ${Date.now() - asked} ms`);
      const [count, sum] = await recordedNodes(scenario.databaseUrl, run.runId);
      assert.equal(count?.node, 'Count');
      assert.equal(sum?.state, CANCELED);
      const [recorded] = await rows<{ canceled: boolean }>(
        scenario.databaseUrl,
        'select canceled from tfx.run where run_id = $1',
        [run.runId],
      );
      assert.equal(recorded?.canceled, true);
      await assertNothingHalf(scenario);
    } finally {
      await scenario.close();
    }
  });
}

test('a killed training goes on from its last accepted checkpoint', { timeout }, async (t) => {
  const scenario = await Scenario.open();
  try {
    const worker = await scenario.startWorker();
    const run = await scenario.start({ size: 10, steps: 80, stepMs: 100 });
    await scenario.started('Sum');
    await sleep(5000);
    await scenario.kill(worker);
    const killed = Date.now();
    await scenario.startWorker();
    await scenario.started('Sum', 2);
    t.diagnostic(`goes on ${Date.now() - killed} ms after the kill`);
    const { outputs } = await run.result();
    assert.equal(outputs['sum']?.properties['total'], 55);
    const firstStep = await metric(scenario.databaseUrl, run.runId, 'Sum', 'firstStep');
    t.diagnostic(`from step ${firstStep} of 80`);
    assert.ok((firstStep ?? 0) > 0);
    await assertExactlyOnce(scenario, run.runId, ['Count', 'Sum']);
  } finally {
    await scenario.close();
  }
});
