import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSchedule, deleteSchedule, pipelineHandle } from '../../client/index.js';
import { listRuns, type RunSummary } from '../../lineage/queries/runs.js';
import { executionsOfRun } from '../../lineage/queries/executions.js';
import { type Lineage, openLineage } from '../../lineage/index.js';
import { spanOf } from '../../components/example-gen/nominal-spans.js';
import { lineageProblems } from './problems.js';
import { Scenario } from './scenario.js';

const PERIOD_SECONDS = 4;
const SPANS = 6;
const name = `spans-${randomUUID()}`;
let scenario: Scenario;

before(async () => {
  scenario = await Scenario.open();
});

after(async () => {
  await deleteSchedule(scenario.temporal.client, name).catch(() => undefined);
  await scenario.close();
});

/** Data that arrives at once, as a whole folder. */
function arrive(folder: string, span: number): void {
  const partial = path.join(folder, `.span-${span}`);
  mkdirSync(partial, { recursive: true });
  writeFileSync(path.join(partial, 'rows.csv'), `span,n\n${span},1\n${span},2\n`);
  renameSync(partial, path.join(folder, `span-${span}`));
}

test('every span of a schedule gets one finished run of its own while workers are killed and data comes late', async () => {
  const { client } = scenario.temporal;
  const lineage = openLineage(scenario.databaseUrl);
  const folder = path.join(scenario.folder, 'data');
  let worker = await scenario.startWorker();
  const current = spanOf(new Date().toISOString(), { period: PERIOD_SECONDS });
  // Either may be the first that the schedule asks for.
  for (const span of [current, current + 1]) arrive(folder, span);
  const wanted = Array.from({ length: SPANS }, (_, i) => current + 2 + i);
  await createSchedule(client, {
    name,
    pipeline: 'daily',
    every: `${PERIOD_SECONDS} seconds`,
    overlap: 'bufferAll',
    taskQueue: scenario.taskQueue,
    parameters: { data: `${folder}/span-{SPAN}/*.csv`, period: PERIOD_SECONDS },
    onMissing: { wait: '5 minutes', every: '500 milliseconds' },
  });
  for (const span of wanted) {
    await sleep(PERIOD_SECONDS * 1000 + 700);
    if (span % 2 === 1) {
      await scenario.kill(worker);
      worker = await scenario.startWorker();
    }
    arrive(folder, span);
  }
  const runs = await finishedRuns(lineage, wanted);
  const spans = runs.map(nominalSpanOf);
  assert.equal(new Set(spans).size, spans.length, `one run for each span: ${spans.join(' ')}`);
  for (const run of runs) {
    const [exampleGen] = await executionsOfRun(lineage.database, run);
    assert.equal(exampleGen?.outputs['examples']?.[0]?.properties['span'], nominalSpanOf(run));
  }
  await untilAllEnded(lineage);
  assert.deepEqual(await lineageProblems(scenario), []);
  await lineage.close();
});

/** The schedule ends, and what it has started. */
async function untilAllEnded(lineage: Lineage): Promise<void> {
  await deleteSchedule(scenario.temporal.client, name);
  for (const run of await listRuns(lineage.database, { limit: 100 })) {
    if (run.state !== 'RUNNING') continue;
    const handle = pipelineHandle(scenario.temporal.client, run.workflowId, run.runId);
    await handle.cancel().catch(() => undefined);
    await handle.result().catch(() => undefined);
  }
}

const nominalSpanOf = ({ nominalTime = '' }: RunSummary): number => spanOf(nominalTime, { period: PERIOD_SECONDS });

/** Waits until every one of these spans has a finished run. @returns all finished runs */
async function finishedRuns(lineage: Lineage, wanted: readonly number[]): Promise<readonly RunSummary[]> {
  for (let look = 0; look < 120; look++) {
    const runs = await listRuns(lineage.database, { pipeline: 'daily', limit: 100 });
    const failed = runs.find(({ state }) => state === 'FAILED');
    assert.equal(failed, undefined, JSON.stringify(failed));
    const finished = runs.filter(({ outcome }) => outcome === 'COMPLETED');
    if (wanted.every((span) => finished.some((run) => nominalSpanOf(run) === span))) return finished;
    await sleep(500);
  }
  const states = (await listRuns(lineage.database, { limit: 100 })).map(
    ({ workflowId, state }) => `${workflowId} ${state}`,
  );
  assert.fail(`not all of ${wanted.join(' ')} in a minute: ${states.join(', ')}`);
}
