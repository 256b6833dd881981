import { setTimeout as sleep } from 'node:timers/promises';
import { Scenario } from '../test/durability/scenario.js';
import { recordHistory } from '../test/support/record-history.js';

/*
 * Records every shape of a component run again (miss, hit, failure, branches, cancellation, bad parameters), on real
 * servers: `node dist/scripts/record-counting-histories.js`. Only after an intended change of the shapes.
 */
const scenario = await Scenario.open();
await scenario.startWorker();
const shapes: [name: string, pipeline: string, parameters: object][] = [
  ['counting-miss', 'counting', { size: 10 }],
  ['counting-hit', 'counting', { size: 10 }],
  ['counting-failure', 'counting', { fail: true }],
  ['counting-invalid', 'counting', { size: 0 }],
  ['branching', 'branching', {}],
  ['half-broken', 'halfBroken', {}],
  ['gated', 'rejecting', { verdict: 'gate' }],
  ['parts-miss', 'tallying', { artifacts: 3, parts: 3 }],
  ['parts-hit', 'tallying', { artifacts: 3, parts: 2 }],
  ['parts-failure', 'tallying', { artifacts: 3, parts: 3, failingPart: 1, partMs: 200 }],
];
for (const [name, pipeline, parameters] of shapes) {
  const run = await scenario.start(parameters, pipeline);
  await run.result().catch(() => undefined);
  console.log(await recordHistory(scenario.temporal.client, run.workflowId, name));
}
const cancelled: [name: string, pipeline: string, parameters: object, activityId: string][] = [
  ['counting-cancelled', 'counting', { size: 11, steps: 1000, stepMs: 100 }, 'Sum'],
  ['parts-cancelled', 'tallying', { artifacts: 3, parts: 3, partMs: 60_000, salt: 'x' }, 'Tally.part[2]'],
];
for (const [name, pipeline, parameters, activityId] of cancelled) {
  const before = scenario.attempts(activityId);
  const run = await scenario.start(parameters, pipeline);
  await scenario.started(activityId, before + 1);
  await sleep(500);
  await run.cancel();
  await run.result().catch(() => undefined);
  console.log(await recordHistory(scenario.temporal.client, run.workflowId, name));
}
await scenario.close();
process.exit(0);
