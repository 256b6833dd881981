import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  applySchedule,
  backfillSchedule,
  createSchedule,
  deleteSchedule,
  describeSchedule,
  listSchedules,
  pauseSchedule,
  type PipelineSchedule,
  pipelineHandle,
  startPipeline,
  triggerSchedule,
  unpauseSchedule,
  updateSchedule,
} from '../../client/index.js';
import type { Artifact, PipelineResult } from '../../workflows/index.js';
import { pluginWorker, type PluginWorker } from '../support/plugin-worker.js';
import { codedError } from '../support/workflow-worker.js';

const folder = mkdtempSync(path.join(tmpdir(), 'tfx-schedules-'));
const schedules: string[] = [];
let fixture: PluginWorker;

before(async () => {
  fixture = await pluginWorker(['spans/pipelines.js']);
});

after(async () => {
  for (const name of schedules) await deleteSchedule(fixture.temporal.client, name).catch(() => undefined);
  await fixture.close();
  rmSync(folder, { recursive: true });
});

/** A folder of daily CSV files; each row says its day. */
function days(...dates: readonly string[]): { readonly pattern: string; add(date: string): void } {
  const root = mkdtempSync(path.join(folder, 'days-'));
  const add = (date: string): void => {
    mkdirSync(path.join(root, date));
    writeFileSync(path.join(root, date, 'rows.csv'), `day,n\n${date},1\n${date},2\n`);
  };
  dates.forEach(add);
  return { pattern: `${root}/{YYYY}-{MM}-{DD}/*.csv`, add };
}

const dayNumber = (date: string): number => Date.parse(date) / 86_400_000;

function schedule(facts: Partial<PipelineSchedule>): PipelineSchedule {
  const name = `test-${randomUUID()}`;
  schedules.push(name);
  return { name, pipeline: 'daily', taskQueue: fixture.taskQueue, cron: '0 2 * * *', ...facts };
}

/** Results of the first `count` runs of a schedule, by workflow id. */
async function results(name: string, count: number): Promise<Map<string, PipelineResult>> {
  const { client } = fixture.temporal;
  for (;;) {
    const { recentRuns, running } = await describeSchedule(client, name);
    if (recentRuns.length < count || running.length > 0) {
      await sleep(300);
      continue;
    }
    const found = new Map<string, PipelineResult>();
    for (const { workflowId } of recentRuns) {
      found.set(workflowId, await pipelineHandle(client, workflowId, undefined).result());
    }
    return found;
  }
}

test('each run of a backfill takes in the span of its own nominal time, and is named after it', async () => {
  const { client } = fixture.temporal;
  const data = days('2026-03-01', '2026-03-02', '2026-03-03');
  const made = schedule({ parameters: { data: data.pattern }, paused: true });
  await createSchedule(client, made);
  await backfillSchedule(client, made.name, { from: '2026-03-01T02:00:00Z', to: '2026-03-03T02:00:00Z' });
  const runs = await results(made.name, 3);
  for (const date of ['2026-03-01', '2026-03-02', '2026-03-03']) {
    const result = runs.get(`daily/${made.name}-${date}T02:00:00Z`);
    const examples = result?.outputs['examples'];
    assert.equal(examples?.properties['span'], dayNumber(date), `${date}: ${JSON.stringify(result)}`);
  }
});

test('a window over several spans is a list of artifacts, of which only the new ones are made', async () => {
  const { client } = fixture.temporal;
  const data = days('2026-03-01', '2026-03-02', '2026-03-03', '2026-03-04');
  const run = async (nominalTime: string): Promise<PipelineResult> => {
    const { taskQueue } = fixture;
    const parameters = { data: data.pattern, window: 3 };
    return await (await startPipeline(client, 'rolling', { taskQueue, parameters, nominalTime })).result();
  };
  const third = await run('2026-03-03T02:00:00Z');
  const fourth = await run('2026-03-04T02:00:00Z');
  const spans = ({ outputs }: PipelineResult): unknown[] =>
    ['back0', 'back1', 'back2'].map((name) => (outputs[name] as Artifact).properties['span']);
  assert.deepEqual(spans(third), ['2026-03-03', '2026-03-02', '2026-03-01'].map(dayNumber));
  assert.deepEqual(spans(fourth), ['2026-03-04', '2026-03-03', '2026-03-02'].map(dayNumber));
  assert.deepEqual(
    fourth.nodes.map(({ node, state }) => [node, state]),
    [
      ['ExampleGen[0]', 'complete'],
      ['ExampleGen[-1]', 'cached'],
      ['ExampleGen[-2]', 'cached'],
    ],
  );
});

test('data that is not there fails a run, ends it as skipped, or is waited for', async () => {
  const { client } = fixture.temporal;
  const data = days('2026-03-01');
  const options = { taskQueue: fixture.taskQueue, parameters: { data: data.pattern }, nominalTime: '2026-03-02' };
  const failing = await startPipeline(client, 'daily', options);
  assert.equal((await codedError(failing.result())).code, 'SPAN_NOT_FOUND');

  const skipping = await (await startPipeline(client, 'daily', { ...options, onMissing: 'skip' })).result();
  assert.equal(skipping.outcome, 'SKIPPED');
  assert.match(skipping.reasons[0] ?? '', /none gives span 20514/);

  const onMissing = { wait: '1 minute', every: '300 milliseconds' };
  const waiting = await startPipeline(client, 'daily', { ...options, onMissing });
  await sleep(1500);
  assert.equal((await waiting.status()).state, 'running');
  data.add('2026-03-02');
  assert.equal((await waiting.result()).outcome, 'COMPLETED');

  const tooLate = { ...options, nominalTime: '2026-03-09', onMissing: { wait: '1 second', every: '300 milliseconds' } };
  const late = await startPipeline(client, 'daily', tooLate);
  assert.equal((await codedError(late.result())).code, 'SPAN_NOT_FOUND');
});

test('a run is skipped when a finished one had the same data, parameters and code, and only then', async () => {
  const { client } = fixture.temporal;
  const data = days('2026-04-01');
  const options = {
    taskQueue: fixture.taskQueue,
    parameters: { data: data.pattern },
    nominalTime: '2026-04-01',
    skipUnchanged: true,
  };
  const outcome = async (changed: object = {}): Promise<string> =>
    (await (await startPipeline(client, 'daily', { ...options, ...changed })).result()).outcome;
  assert.equal(await outcome(), 'COMPLETED');
  assert.equal(await outcome(), 'SKIPPED');
  assert.equal(await outcome({ skipUnchanged: false }), 'COMPLETED');
  assert.equal(await outcome({ parameters: { data: data.pattern, window: 2 } }), 'COMPLETED');
  data.add('2026-04-02');
  assert.equal(await outcome({ nominalTime: '2026-04-02' }), 'COMPLETED');
});

test('a schedule is created or updated by one call, and described, paused, triggered and deleted by name', async () => {
  const { client } = fixture.temporal;
  const data = days('2026-03-01');
  const parameters = { data: data.pattern };
  const made = schedule({ parameters, onMissing: { wait: '6 hours' }, note: 'for tests', timezone: 'Europe/Berlin' });
  assert.equal(await applySchedule(client, made), 'created');
  const changed = { ...made, parameters: { ...parameters, window: 2 }, pauseOnFailure: true };
  assert.equal(await applySchedule(client, changed), 'updated');
  assert.equal((await codedError(createSchedule(client, made))).code, 'SCHEDULE_EXISTS');
  const described = await describeSchedule(client, made.name);
  assert.deepEqual(described.parameters, { data: data.pattern, window: 2 });
  assert.deepEqual(described.options, { onMissing: { waitMs: 21_600_000, everyMs: 30_000 } });
  assert.equal(described.policies.pauseOnFailure, true);
  assert.equal(described.policies.overlap, 'BUFFER_ONE');
  assert.deepEqual(described.times, ['0 2 * * * (Europe/Berlin)']);
  assert.equal(described.note, 'for tests');

  await pauseSchedule(client, made.name, 'on holiday');
  assert.equal((await describeSchedule(client, made.name)).paused, true);
  await applySchedule(client, changed);
  assert.equal((await describeSchedule(client, made.name)).paused, true, 'an update does not unpause');
  await unpauseSchedule(client, made.name);

  await updateSchedule(client, made.name, { every: '1 hour', onMissing: 'skip', parameters: { window: 3 } });
  const updated = await describeSchedule(client, made.name);
  assert.deepEqual(updated.times, ['every 3600 s']);
  assert.deepEqual(updated.parameters, { data: data.pattern, window: 3 });
  assert.deepEqual(updated.options, { onMissing: 'skip' });
  assert.equal(updated.policies.pauseOnFailure, true);

  await triggerSchedule(client, made.name);
  const [[workflowId, result] = []] = await results(made.name, 1);
  assert.match(workflowId ?? '', /^daily\/test-.*Z$/);
  assert.equal(result?.outcome, 'SKIPPED', 'there is no data of today');

  while (!(await listSchedules(client)).some(({ name }) => name === made.name)) await sleep(200);
  await deleteSchedule(client, made.name);
  assert.equal((await codedError(describeSchedule(client, made.name))).code, 'SCHEDULE_NOT_FOUND');
});

test('a schedule without a time, or with one that cannot be read, is refused', async () => {
  const { client } = fixture.temporal;
  for (const times of [{ cron: undefined }, { cron: 'at noon' }, { cron: undefined, every: 'often' }]) {
    const made = schedule({ ...(times as object), parameters: { data: 'x' } });
    assert.equal((await codedError(createSchedule(client, made))).code, 'SCHEDULE_INVALID', JSON.stringify(times));
  }
});
