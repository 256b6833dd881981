import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { listRetrains, type RetrainHandle, retrainHandle, runError, startRetrain } from '../../client/index.js';
import type { RetrainConfig } from '../../workflows/index.js';
import { pluginWorker, type PluginWorker } from '../support/plugin-worker.js';
import { hasRun, untilStatus } from '../support/retrain-status.js';
import { temporalCommand } from '../support/temporal-command.js';
import { codedError } from '../support/workflow-worker.js';

const folder = mkdtempSync(path.join(tmpdir(), 'tfx-retrain-'));
const open: RetrainHandle[] = [];
let fixture: PluginWorker;

before(async () => {
  fixture = await pluginWorker(['counting/pipelines.js', 'spans/pipelines.js'], {
    components: [new URL('../support/counting/implementations.js', import.meta.url)],
  });
});

after(async () => {
  for (const { workflowId } of open) {
    await fixture.temporal.client.workflow
      .getHandle(workflowId)
      .terminate()
      .catch(() => undefined);
  }
  await fixture.close();
  rmSync(folder, { recursive: true });
});

async function start(config: RetrainConfig): Promise<RetrainHandle> {
  const { taskQueue, temporal } = fixture;
  const handle = await startRetrain(temporal.client, randomUUID(), config, { taskQueue });
  open.push(handle);
  return handle;
}

test('new data wakes it; what arrives during a run is trained on together by the next one; stop ends it', async () => {
  const handle = await start({ pipeline: 'chain', parameters: { salt: randomUUID(), steps: 5, stepMs: 200 } });
  assert.match((await handle.status()).waitsFor, /^new data$/);
  await handle.newData({ span: 7 });
  await untilStatus(handle, ({ running }) => running !== undefined);
  await handle.newData({ span: 8 });
  await handle.newData({ span: 9 });
  const { lastRuns, queue } = await untilStatus(handle, hasRun(2));
  assert.deepEqual(
    lastRuns.map(({ span, reason, outcome }) => [span, reason, outcome]),
    [
      [9, 'new data', 'COMPLETED'],
      [7, 'new data', 'COMPLETED'],
    ],
  );
  assert.deepEqual(queue, []);
  assert.equal(lastRuns[0]?.workflowId, `chain/${handle.workflowId.slice('retrain/'.length)}-2-span-9`);
  await handle.stop();
  assert.deepEqual(await handle.result(), { runs: 2 });
});

test('it runs when asked, is paused and reconfigured by updates, and refuses what does not fit', async () => {
  const handle = await start({ pipeline: 'chain', parameters: { salt: randomUUID() } });
  await handle.pause({ by: 'ann', why: 'release' });
  await handle.newData({ span: 3 });
  await sleep(500);
  const paused = await handle.status();
  assert.deepEqual([paused.runs, paused.waitsFor], [0, 'unpause; paused by ann: release']);
  await handle.reconfigure({ parameters: { salt: randomUUID(), text: 'changed' }, maxRunsPerDay: 2 });
  await handle.unpause();
  await untilStatus(handle, hasRun(1));
  await handle.runNow();
  const { lastRuns } = await untilStatus(handle, hasRun(2));
  assert.equal(lastRuns[0]?.reason, 'asked for');
  await handle.runNow();
  await sleep(500);
  const limited = await handle.status();
  assert.equal(limited.runs, 2);
  assert.match(limited.waitsFor, /^tomorrow: 2 runs were made today/);
  for (const wrong of [{ maxRunsPerDay: 0 }, { polls: true }, { webhook: 'file:///etc/passwd' }]) {
    assert.equal((await codedError(handle.reconfigure(wrong as Partial<RetrainConfig>))).code, 'MESSAGE_REFUSED');
  }
  assert.equal((await codedError(handle.newData({ span: 1.5 }))).code, 'MESSAGE_REFUSED');
});

test('a configuration with problems is refused before the start, and by the workflow itself, with all of them', async () => {
  const wrong = { stopAfterFailures: 0, poll: { input: 'x' } } as unknown as RetrainConfig;
  const { taskQueue, temporal } = fixture;
  const workflowId = `retrain/${randomUUID()}`;
  const plain = async (): Promise<unknown> => {
    try {
      return await temporal.client.workflow.execute('retrain', { workflowId, taskQueue, args: [wrong] });
    } catch (error) {
      throw runError(error, workflowId);
    }
  };
  for (const refusal of [start(wrong), plain()]) {
    const { code, what } = await codedError(refusal);
    assert.equal(code, 'PARAMETERS_INVALID');
    for (const problem of [
      /pipeline is required/,
      /stopAfterFailures must be at least 1/,
      /poll.everySeconds is required/,
    ])
      assert.match(what, problem);
  }
});

test('every update is one command of the plain Temporal command line', async () => {
  const handle = await start({ pipeline: 'chain', parameters: { salt: randomUUID() } });
  const send = async (name: string, input?: object): Promise<unknown> => {
    const message = ['workflow', 'update', 'execute', '--workflow-id', handle.workflowId, '--name', name];
    const json = input === undefined ? [] : ['--input', JSON.stringify(input)];
    const answer = JSON.parse(await temporalCommand(...message, ...json, '-o', 'json')) as {
      readonly result?: unknown;
    };
    return answer.result;
  };
  await send('pause', { by: 'ann', why: 'release' });
  assert.deepEqual(await send('newData', { span: 7 }), { queued: 1 });
  assert.deepEqual(await send('newData'), { queued: 2 });
  const changed = await send('reconfigure', { maxRunsPerDay: 3, webhook: null });
  assert.equal((changed as RetrainConfig).maxRunsPerDay, 3);
  await assert.rejects(send('reconfigure', { maxRunsPerDay: 0, spans: 'all' }), (error: { stderr?: string }) => {
    assert.match(error.stderr ?? '', /maxRunsPerDay must be at least 1, not 0; .*spans must be one of/);
    return true;
  });
  await assert.rejects(send('newData', { spam: 7 }));
  const { config, received, queue } = await handle.status();
  assert.deepEqual([config.maxRunsPerDay, received, queue], [3, 4, [7, null]], 'what was refused changed nothing');
  await send('unpause');
  await untilStatus(handle, hasRun(1));
  await send('runNow');
  assert.equal((await untilStatus(handle, hasRun(2))).lastRuns[0]?.span, 7, 'the newest that is known');
  await temporalCommand(
    'workflow',
    'signal',
    '--workflow-id',
    handle.workflowId,
    '--name',
    'newData',
    '--input',
    '{"span": 8}',
  );
  await untilStatus(handle, hasRun(3));
  await send('stop');
  assert.deepEqual(await handle.result(), { runs: 3 });
});

test('messages to one that has ended, or that never was, are coded errors', async () => {
  const handle = await start({ pipeline: 'chain' });
  await handle.stop();
  await handle.result();
  const { ended, waitsFor } = await handle.status();
  assert.deepEqual([ended, waitsFor], ['COMPLETED', 'nothing: it was stopped']);
  const messages: readonly ((to: RetrainHandle) => Promise<unknown>)[] = [
    (to) => to.newData(),
    (to) => to.runNow(),
    (to) => to.pause(),
    (to) => to.reconfigure({}),
    (to) => to.stop(),
  ];
  for (const send of messages) {
    const { code, what, fix } = await codedError(send(handle));
    assert.deepEqual([code, what], ['MESSAGE_REFUSED', `${handle.workflowId} has ended already`]);
    assert.match(fix, /retrain start/);
  }
  const nobody = retrainHandle(fixture.temporal.client, 'nobody');
  for (const send of [...messages, (to: RetrainHandle) => to.status(), (to: RetrainHandle) => to.result()]) {
    assert.equal((await codedError(send(nobody))).code, 'RUN_NOT_FOUND');
  }
  const { taskQueue, temporal } = fixture;
  const name = (await start({ pipeline: 'chain' })).workflowId.slice('retrain/'.length);
  const again = startRetrain(temporal.client, name, { pipeline: 'chain' }, { taskQueue });
  assert.equal((await codedError(again)).code, 'RUN_EXISTS');
  while (!(await listRetrains(temporal.client)).includes(name)) await sleep(200);
});

test('a run that a person cancels is no failure, and does not end it', async () => {
  const parameters = { salt: randomUUID(), steps: 50, stepMs: 200 };
  const handle = await start({ pipeline: 'chain', parameters });
  await handle.newData({ span: 1 });
  const { running = '' } = await untilStatus(handle, (status) => status.running !== undefined);
  await fixture.temporal.client.workflow.getHandle(running).cancel();
  const { lastRuns, failuresInRow, queue } = await untilStatus(handle, hasRun(1));
  assert.deepEqual([lastRuns[0]?.outcome, failuresInRow, queue], ['CANCELED', 0, []]);
});

test('what a failed run was for waits for the next one', async () => {
  const parameters = { salt: randomUUID(), broken: true };
  const handle = await start({ pipeline: 'chain', parameters });
  await handle.newData({ span: 4 });
  const { waitsFor, queue } = await untilStatus(handle, hasRun(1));
  assert.deepEqual(queue, [4]);
  assert.match(waitsFor, /^the run that failed to be made again at .* \(1 failed in a row\), or new data$/);
  await handle.reconfigure({ parameters: { salt: randomUUID() } });
  const { lastRuns } = await untilStatus(handle, hasRun(2));
  assert.deepEqual([lastRuns[0]?.span, lastRuns[0]?.outcome], [4, 'COMPLETED']);
});

test('what an earlier release carried over is gone on with', async () => {
  const { taskQueue, temporal } = fixture;
  const workflowId = `retrain/${randomUUID()}`;
  const config = { pipeline: 'chain', parameters: { salt: randomUUID() }, formerOption: true };
  const state = {
    queue: [5],
    wanted: null,
    paused: null,
    received: 9,
    runs: 3,
    day: '',
    runsToday: 0,
    failuresInRow: 0,
  };
  const rest = { lastRuns: [], seen: null, trainedSpan: 4, driftSpan: null, nextPoll: 0, nextDrift: 0, lastRunAt: 0 };
  await temporal.client.workflow.start('retrain', { workflowId, taskQueue, args: [config, { ...state, ...rest }] });
  const handle = retrainHandle(temporal.client, workflowId);
  open.push(handle);
  const { received, lastRuns } = await untilStatus(handle, hasRun(4));
  assert.deepEqual([received, lastRuns[0]?.span, lastRuns[0]?.outcome], [9, 5, 'COMPLETED']);
  assert.equal((await handle.reconfigure({ maxRunsPerDay: 9 })).maxRunsPerDay, 9);
  assert.equal((await codedError(handle.reconfigure({ maxRunsPerDay: -1 }))).code, 'MESSAGE_REFUSED');
});

test('it polls a pattern, and runs the pipeline on the span that arrived', async () => {
  const root = mkdtempSync(path.join(folder, 'spans-'));
  const add = (span: number): void => {
    mkdirSync(path.join(root, `span-${span}`));
    writeFileSync(path.join(root, `span-${span}`, 'rows.csv'), `n\n${span}\n${span}\n`);
  };
  const data = `${root}/span-{SPAN}/*.csv`;
  const handle = await start({ pipeline: 'daily', parameters: { data }, poll: { input: data, everySeconds: 1 } });
  await sleep(1500);
  assert.equal((await handle.status()).runs, 0);
  for (const span of [4, 5]) {
    add(span);
    const { lastRuns } = await untilStatus(handle, ({ runs, running }) => runs === span - 3 && running === undefined);
    assert.deepEqual([lastRuns[0]?.span, lastRuns[0]?.outcome], [span, 'COMPLETED'], JSON.stringify(lastRuns[0]));
  }
  await sleep(2500);
  assert.equal((await handle.status()).runs, 2, 'data that stays as it is starts nothing');
});

test('failures in a row stop it, and a webhook says so, called again until it answers', async () => {
  const bodies: Record<string, unknown>[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (part: Buffer) => (text += part.toString()));
    request.on('end', () => {
      bodies.push(JSON.parse(text) as Record<string, unknown>);
      // At the first call it is out of order.
      response.writeHead(bodies.length === 1 ? 503 : 200).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  process.env['TFX_TEMPORAL_ALLOWED_HOSTS'] = `127.0.0.1:${port}`;
  try {
    const webhook = `http://127.0.0.1:${port}/hook`;
    process.env['TFX_TEMPORAL_WEBHOOK_TEST'] = webhook;
    const parameters = { salt: randomUUID(), broken: true };
    const handle = await start({
      pipeline: 'chain',
      parameters,
      stopAfterFailures: 2,
      webhook: 'env:TFX_TEMPORAL_WEBHOOK_TEST',
    });
    await handle.runNow();
    await untilStatus(handle, ({ failuresInRow }) => failuresInRow === 1);
    await handle.runNow();
    const { paused, trouble } = await untilStatus(handle, (status) => status.paused !== undefined && bodies.length > 1);
    assert.match(paused?.why ?? '', /^2 runs failed in a row; the last: .*asked to fail/);
    assert.equal(trouble, undefined);
    assert.equal(bodies[0]?.['event'], 'retrain.stopped');
    assert.equal(bodies[0]['workflowId'], handle.workflowId);
    await handle.reconfigure({ parameters: { salt: randomUUID() } });
    await handle.unpause();
    const again = await untilStatus(handle, hasRun(3));
    assert.deepEqual([again.failuresInRow, again.lastRuns[0]?.reason], [0, 'asked for'], 'what failed is made again');
  } finally {
    delete process.env['TFX_TEMPORAL_ALLOWED_HOSTS'];
    delete process.env['TFX_TEMPORAL_WEBHOOK_TEST'];
    server.close();
  }
});
