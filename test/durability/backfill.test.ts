import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { backfillSchedule, createSchedule, deleteSchedule, describeSchedule } from '../../client/index.js';
import { executionsOfRun } from '../../lineage/queries/executions.js';
import { listRuns, type RunSummary } from '../../lineage/queries/runs.js';
import { type Lineage, openLineage } from '../../lineage/index.js';
import { lineageProblems } from './problems.js';
import { Scenario } from './scenario.js';

const DAYS = 30;
const name = `month-${randomUUID()}`;
let scenario: Scenario;
let lineage: Lineage;

before(async () => {
  scenario = await Scenario.open();
  lineage = openLineage(scenario.databaseUrl);
});

after(async () => {
  await deleteSchedule(scenario.temporal.client, name).catch(() => undefined);
  await lineage.close();
  await scenario.close();
});

const runs = (): Promise<readonly RunSummary[]> => listRuns(lineage.database, { pipeline: 'rolling', limit: 100 });

test('a backfill of thirty days makes one run of each day, also when the worker is killed in its middle', async () => {
  const { client } = scenario.temporal;
  const folder = path.join(scenario.folder, 'days');
  const days = Array.from({ length: DAYS }, (_, i) => `2026-06-${String(i + 1).padStart(2, '0')}`);
  mkdirSync(folder, { recursive: true });
  for (const day of days) writeFileSync(path.join(folder, `${day}.csv`), `day,n\n${day},1\n${day},2\n`);
  const worker = await scenario.startWorker();
  await createSchedule(client, {
    name,
    pipeline: 'rolling',
    cron: '0 2 * * *',
    paused: true,
    taskQueue: scenario.taskQueue,
    parameters: { data: `${folder}/{YYYY}-{MM}-{DD}.csv` },
  });
  // All at once: the worker is killed while several runs are under way.
  const due = await backfillSchedule(client, name, { from: '2026-06-01', to: '2026-06-30', overlap: 'allowAll' });
  assert.equal(due.length, DAYS);
  while ((await runs()).filter(({ outcome }) => outcome === 'COMPLETED').length < DAYS / 3) await sleep(100);
  await scenario.kill(worker);
  await scenario.startWorker();
  while ((await runs()).filter(({ outcome }) => outcome === 'COMPLETED').length < DAYS) await sleep(300);

  const made = await runs();
  const ids = made.map(({ workflowId }) => workflowId).sort();
  assert.deepEqual(
    ids,
    days.map((day) => `rolling/${name}-${day}T02:00:00Z`),
  );
  for (const run of made) {
    const [exampleGen] = await executionsOfRun(lineage.database, run);
    const span = exampleGen?.outputs['examples']?.[0]?.properties['span'];
    assert.equal(span, Date.parse(run.nominalTime?.slice(0, 10) ?? '') / 86_400_000, run.workflowId);
  }
  assert.equal((await describeSchedule(client, name)).runsSoFar, DAYS);
  assert.deepEqual(await lineageProblems(scenario), []);
});
