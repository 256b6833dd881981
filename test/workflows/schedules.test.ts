import assert from 'node:assert/strict';
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
  runPipeline,
  startPipeline,
  triggerSchedule,
  unpauseSchedule,
  updateSchedule,
} from '../../client/index.js';
import { listRuns } from '../../lineage/queries/runs.js';
import type { Artifact, PipelineResult } from '../../workflows/index.js';
import { DailySchedules, dayNumber } from '../support/daily-schedules.js';
import type { PluginWorker } from '../support/plugin-worker.js';
import { codedError } from '../support/workflow-worker.js';

let daily: DailySchedules;
let fixture: PluginWorker;

before(async () => {
  daily = await DailySchedules.open();
  fixture = daily.worker;
});

after(() => daily.close());

test('each run of a backfill takes in the span of its own nominal time, and is named after it', async () => {
  const { client } = fixture.temporal;
  const data = daily.days('2026-03-01', '2026-03-02', '2026-03-03');
  const made = daily.schedule({ parameters: { data: data.pattern }, paused: true });
  await createSchedule(client, made);
  await backfillSchedule(client, made.name, { from: '2026-03-01T02:00:00Z', to: '2026-03-03T02:00:00Z' });
  const runs = await daily.results(made.name, 3);
  for (const date of ['2026-03-01', '2026-03-02', '2026-03-03']) {
    const result = runs.get(`daily/${made.name}-${date}T02:00:00Z`);
    const examples = result?.outputs['examples'];
    assert.equal(examples?.properties['span'], dayNumber(date), `${date}: ${JSON.stringify(result)}`);
  }
});

test('a window over several spans is a list of artifacts, of which only the new ones are made', async () => {
  const { client } = fixture.temporal;
  const data = daily.days('2026-03-01', '2026-03-02', '2026-03-03', '2026-03-04');
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
  const data = daily.days('2026-03-01');
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
  const data = daily.days('2026-04-01');
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
  const data = daily.days('2026-03-01');
  const parameters = { data: data.pattern };
  const made = daily.schedule({
    parameters,
    onMissing: { wait: '6 hours' },
    note: 'for tests',
    timezone: 'Europe/Berlin',
  });
  assert.equal(await applySchedule(client, made), 'created');
  const changed = { ...made, parameters: { ...parameters, window: 2 }, pauseOnFailure: true };
  assert.equal(await applySchedule(client, changed), 'updated');
  assert.equal((await codedError(createSchedule(client, made))).code, 'SCHEDULE_EXISTS');
  const described = await describeSchedule(client, made.name);
  assert.deepEqual(described.parameters, { data: data.pattern, window: 2 });
  assert.deepEqual(described.options, {
    timezone: 'Europe/Berlin',
    onMissing: { waitMs: 21_600_000, everyMs: 30_000 },
  });
  assert.equal(described.policies.pauseOnFailure, true);
  assert.equal(described.policies.overlap, 'bufferOne');
  assert.deepEqual(described.times, ['0 2 * * * (Europe/Berlin)']);
  assert.equal(described.note, 'for tests');

  await pauseSchedule(client, made.name, 'on holiday');
  assert.equal((await describeSchedule(client, made.name)).paused, true);
  await applySchedule(client, changed);
  assert.equal((await describeSchedule(client, made.name)).paused, true, 'an update does not unpause');
  await unpauseSchedule(client, made.name);

  await updateSchedule(client, made.name, { every: '1 hour', onMissing: 'skip', parameters: { window: 3 } });
  const updated = await describeSchedule(client, made.name);
  assert.deepEqual(updated.times, ['every 1 h']);
  assert.deepEqual(updated.parameters, { data: data.pattern, window: 3 });
  assert.deepEqual(updated.options, { timezone: 'Europe/Berlin', onMissing: 'skip' });
  assert.equal(updated.policies.pauseOnFailure, true);

  await triggerSchedule(client, made.name);
  const [[workflowId, result] = []] = await daily.results(made.name, 1);
  assert.match(workflowId ?? '', /^daily\/test-.*Z$/);
  assert.equal(result?.outcome, 'SKIPPED', 'there is no data of today');

  while (!(await listSchedules(client)).some(({ name }) => name === made.name)) await sleep(200);
  await deleteSchedule(client, made.name);
  assert.equal((await codedError(describeSchedule(client, made.name))).code, 'SCHEDULE_NOT_FOUND');
});

test('days are those of the schedule’s timezone, also while clocks change', async () => {
  const { client } = fixture.temporal;
  const dates = ['2026-03-28', '2026-03-29', '2026-03-30'];
  const parameters = { data: daily.days(...dates).pattern };
  const made = daily.schedule({ parameters, cron: '0 0 * * *', timezone: 'Europe/Berlin', paused: true });
  await createSchedule(client, made);
  const due = await backfillSchedule(client, made.name, { from: '2026-03-28', to: '2026-03-30' });
  const midnights = ['2026-03-27T23:00:00Z', '2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z'];
  assert.deepEqual(
    due,
    midnights.map((time) => new Date(time)),
  );
  const runs = await daily.results(made.name, 3);
  const spans = midnights.map((time) => spanOf(runs.get(`daily/${made.name}-${time}`)));
  assert.deepEqual(spans, dates.map(dayNumber));

  const [run] = await listRuns(fixture.lineage.database, { pipeline: 'daily', limit: 1 });
  assert.equal(run?.nominalTime, '2026-03-30T00:00:00.000+02:00');
  const again = { taskQueue: fixture.taskQueue, parameters, nominalTime: run.nominalTime };
  assert.equal(
    spanOf(await runPipeline(client, 'daily', again)),
    dayNumber('2026-03-30'),
    'repeated, it reads the same',
  );

  await updateSchedule(client, made.name, { timezone: 'UTC' });
  assert.deepEqual((await describeSchedule(client, made.name)).times, ['0 0 * * *'], 'its times stay');
  assert.deepEqual((await backfillSchedule(client, made.name, { from: '2026-03-28', to: '2026-03-28' })).length, 1);
  const moved = await daily.results(made.name, 4);
  assert.equal(spanOf(moved.get(`daily/${made.name}-2026-03-28T00:00:00Z`)), dayNumber('2026-03-28'));
});

const spanOf = (result: PipelineResult | undefined): unknown => result?.outputs['examples']?.properties['span'];

test('what cannot be is refused in words: times, timezones, policies, names and backfills', async () => {
  const { client } = fixture.temporal;
  const refused = async (asked: Promise<unknown>, code: string, words: RegExp): Promise<void> => {
    const error = await codedError(asked);
    assert.equal(error.code, code);
    assert.match(error.message, words);
  };
  const create = (facts: object): Promise<void> =>
    createSchedule(client, daily.schedule({ ...facts, parameters: { data: 'x' } }));
  await refused(create({ cron: undefined }), 'SCHEDULE_INVALID', /neither cron/);
  await refused(create({ cron: 'at noon' }), 'SCHEDULE_INVALID', /CronString|cron/i);
  await refused(create({ cron: undefined, every: 'often' }), 'SCHEDULE_INVALID', /often/);
  await refused(create({ offset: '5 minutes' }), 'SCHEDULE_INVALID', /offset/);
  await refused(create({ timezone: 'Europe/Berln' }), 'SCHEDULE_INVALID', /Did you mean Europe\/Berlin/);
  await refused(create({ startAt: 'soon' }), 'SCHEDULE_INVALID', /soon is no time/);
  await refused(create({ overlap: 'allowAll', pauseOnFailure: true }), 'SCHEDULE_INVALID', /allowAll/);

  const made = daily.schedule({ parameters: { data: 'x' }, overlap: 'allowAll', paused: true });
  await createSchedule(client, made);
  await refused(updateSchedule(client, made.name, { pauseOnFailure: true }), 'SCHEDULE_INVALID', /allowAll/);
  await refused(updateSchedule(client, made.name, { timezone: 'Mars' }), 'SCHEDULE_INVALID', /no timezone "Mars"/);
  const backfill = (from: string, to: string): Promise<unknown> => backfillSchedule(client, made.name, { from, to });
  await refused(backfill('2026-03-02', '2026-03-01'), 'SCHEDULE_INVALID', /before it begins/);
  await refused(backfill('yesterday', '2026-03-01'), 'SCHEDULE_INVALID', /yesterday is no time/);
  await refused(backfill('2026-03-01T03:00:00Z', '2026-03-01T04:00:00Z'), 'SCHEDULE_INVALID', /No run .* was due/);

  for (const act of [describeSchedule, pauseSchedule, unpauseSchedule, triggerSchedule, deleteSchedule]) {
    await refused(act(client, 'nowhere'), 'SCHEDULE_NOT_FOUND', /no schedule nowhere/);
  }
  await refused(updateSchedule(client, 'nowhere', {}), 'SCHEDULE_NOT_FOUND', /no schedule nowhere/);
  const range = { from: '2026-03-01', to: '2026-03-01' };
  await refused(backfillSchedule(client, 'nowhere', range), 'SCHEDULE_NOT_FOUND', /no schedule nowhere/);
});
