import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { watchRun } from '../../client/index.js';
import { hasEnded, Scenario } from './scenario.js';
import { assertExactlyOnce, assertNothingHalf, recordedNodes } from './exactly-once.js';
import { rows } from './problems.js';

const timeout = 180_000;
/** ml-metadata's numbers. */
const FAILED = 4;
const CANCELED = 6;

async function withScenario(use: (scenario: Scenario) => Promise<void>): Promise<void> {
  const scenario = await Scenario.open();
  try {
    await use(scenario);
  } finally {
    await scenario.close();
  }
}

const totalOf = (result: { readonly outputs: object }): unknown =>
  (result.outputs as { sum?: { properties: Record<string, unknown> } }).sum?.properties['total'];

const attemptsOfParts = (scenario: Scenario, count: number): number[] =>
  Array.from({ length: count }, (_, index) => scenario.attempts(`Tally.part[${index}]`));

test('parts and their reduction give what one executor gives, and hit its cache', { timeout }, () =>
  withScenario(async (scenario) => {
    await scenario.startWorker();
    const inParts = await scenario.start({ artifacts: 5, parts: 3 }, 'tallying');
    assert.equal(totalOf(await inParts.result()), 35);
    assert.deepEqual(attemptsOfParts(scenario, 4), [1, 1, 1, 0]);
    const whole = await (await scenario.start({ artifacts: 5, parts: 1 }, 'tallying')).result();
    assert.equal(whole.nodes.at(-1)?.state, 'cached');
    const alone = await scenario.start({ artifacts: 5, parts: 1, salt: 'x' }, 'tallying');
    assert.equal(totalOf(await alone.result()), 35);
    const again = await (await scenario.start({ artifacts: 5, parts: 5, salt: 'x' }, 'tallying')).result();
    assert.equal(again.nodes.at(-1)?.state, 'cached');
    const few = await (await scenario.start({ artifacts: 2, parts: 9, salt: 'y' }, 'tallying')).result();
    assert.equal(few.nodes.at(-1)?.summary, 'sum 4; 2 of 9 parts, for 2 files');
    await assertExactlyOnce(scenario, inParts.runId, [
      'Count[0]',
      'Count[1]',
      'Count[2]',
      'Count[3]',
      'Count[4]',
      'Tally',
    ]);
  }),
);

test('a worker that is killed amid parts costs only the parts that it had', { timeout }, () =>
  withScenario(async (scenario) => {
    const worker = await scenario.startWorker({ crash: { activityId: 'Tally.part[18]', point: 'before' } });
    const run = await scenario.start({ artifacts: 20, parts: 20, partMs: 100 }, 'tallying');
    if (!hasEnded(worker)) await once(worker, 'exit');
    await scenario.startWorker();
    const result = await run.result();
    assert.equal(totalOf(result), 1540);
    const attempts = attemptsOfParts(scenario, 20);
    assert.equal(attempts[18], 2);
    assert.ok(attempts.filter((times) => times === 1).length >= 2, `attempts ${attempts.join(' ')}`);
    await assertExactlyOnce(
      scenario,
      run.runId,
      result.nodes.map(({ node }) => node),
    );
  }),
);

test('a part that fails ends the others, and the node fails once', { timeout }, () =>
  withScenario(async (scenario) => {
    await scenario.startWorker();
    const parameters = { artifacts: 4, parts: 4, partMs: 300, failingPart: 2 };
    const run = await scenario.start(parameters, 'tallying');
    await assert.rejects(run.result(), { code: 'ARTIFACT_CORRUPTED', message: /a bad part/ });
    const tally = (await recordedNodes(scenario.databaseUrl, run.runId)).filter(({ node }) => node === 'Tally');
    assert.deepEqual(
      tally.map(({ state }) => state),
      [FAILED],
    );
    assert.equal(scenario.attempts('Tally'), 0);
    assert.equal(scenario.attempts('Tally.fail'), 1);
    await assertNothingHalf(scenario);
  }),
);

test('a run that is cancelled amid parts ends them, and tells how far they were', { timeout }, () =>
  withScenario(async (scenario) => {
    await scenario.startWorker();
    const run = await scenario.start({ artifacts: 3, parts: 3, partMs: 60_000 }, 'tallying');
    await scenario.started('Tally.part[2]');
    for await (const { nodes } of watchRun(run, { intervalMs: 100 })) {
      const { progress } = nodes.find(({ node }) => node === 'Tally') ?? {};
      if (progress === undefined) continue;
      assert.deepEqual(progress, { done: 0, total: 3, unit: 'parts' });
      break;
    }
    assert.deepEqual((await run.status()).nodes.at(-1)?.parts, { done: 0, count: 3 });
    await run.cancel();
    await assert.rejects(run.result(), { code: 'PIPELINE_CANCELED' });
    const states = await rows<{ state: number }>(
      scenario.databaseUrl,
      `select e.last_known_state as state from tfx.execution x join public.execution e on e.id = x.execution_id
       where x.run_id = $1 and x.node = 'Tally'`,
      [run.runId],
    );
    assert.deepEqual(states, [{ state: CANCELED }]);
    await assertNothingHalf(scenario);
  }),
);
