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
import { type RetrainHandle, runError, startRetrain } from '../../client/index.js';
import type { RetrainConfig, RetrainStatus } from '../../workflows/index.js';
import { pluginWorker, type PluginWorker } from '../support/plugin-worker.js';
import { codedError } from '../support/workflow-worker.js';

const folder = mkdtempSync(path.join(tmpdir(), 'tfx-retrain-'));
const open: RetrainHandle[] = [];
let fixture: PluginWorker;

before(async () => {
  fixture = await pluginWorker(['counting/pipelines.js', 'spans/pipelines.js'], {
    components: [new URL('../support/counting/implementations.js', import.meta.url)],
    modules: { cities: new URL('../support/spans/cities-module.js', import.meta.url) },
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

async function until(handle: RetrainHandle, isSo: (status: RetrainStatus) => boolean): Promise<RetrainStatus> {
  for (;;) {
    const status = await handle.status();
    if (isSo(status)) return status;
    await sleep(150);
  }
}

test('new data wakes it; what arrives during a run is trained on together by the next one; stop ends it', async () => {
  const handle = await start({ pipeline: 'chain', parameters: { salt: randomUUID(), steps: 5, stepMs: 200 } });
  assert.match((await handle.status()).waitsFor, /^new data$/);
  await handle.newData({ span: 7 });
  await until(handle, ({ running }) => running !== undefined);
  await handle.newData({ span: 8 });
  await handle.newData({ span: 9 });
  const { lastRuns, queue } = await until(handle, ({ runs, running }) => runs === 2 && running === undefined);
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
  await until(handle, ({ runs, running }) => runs === 1 && running === undefined);
  await handle.runNow();
  const { lastRuns } = await until(handle, ({ runs, running }) => runs === 2 && running === undefined);
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
  const plain = temporal.client.workflow.execute('retrain', { workflowId, taskQueue, args: [wrong] });
  const failure: unknown = await plain.catch((error: unknown) => runError(error, workflowId));
  for (const refusal of [start(wrong), Promise.reject(failure as Error)]) {
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

test('it continues as new again and again without losing a message', async () => {
  const handle = await start({
    pipeline: 'chain',
    parameters: { salt: 'many' },
    historyLimit: 50,
    maxRunsPerDay: 1000,
  });
  const plain = fixture.temporal.client.workflow.getHandle(handle.workflowId);
  const first = (await plain.describe()).runId;
  const count = 60;
  for (let span = 1; span <= count; span++) {
    if (span % 2 === 0) await handle.newData({ span });
    else await plain.signal('newData', { span });
  }
  const { received, lastRuns } = await until(
    handle,
    ({ queue, running, received: so }) => so === count && queue.length === 0 && running === undefined,
  );
  assert.equal(received, count);
  assert.equal(Math.max(...lastRuns.map(({ span }) => span ?? 0)), count);
  assert.notEqual((await plain.describe()).runId, first);
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
    const { lastRuns } = await until(handle, ({ runs, running }) => runs === span - 3 && running === undefined);
    assert.deepEqual([lastRuns[0]?.span, lastRuns[0]?.outcome], [span, 'COMPLETED'], JSON.stringify(lastRuns[0]));
  }
  await sleep(2500);
  assert.equal((await handle.status()).runs, 2, 'data that stays as it is starts nothing');
});

test('failures in a row stop it, and a webhook says so', async () => {
  const bodies: Record<string, unknown>[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (part: Buffer) => (text += part.toString()));
    request.on('end', () => {
      bodies.push(JSON.parse(text) as Record<string, unknown>);
      response.end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  process.env['TFX_TEMPORAL_ALLOWED_HOSTS'] = `127.0.0.1:${port}`;
  try {
    const webhook = `http://127.0.0.1:${port}/hook`;
    const parameters = { salt: randomUUID(), broken: true };
    const handle = await start({ pipeline: 'chain', parameters, stopAfterFailures: 2, webhook });
    await handle.runNow();
    await until(handle, ({ failuresInRow }) => failuresInRow === 1);
    await handle.runNow();
    const { paused, trouble } = await until(handle, (status) => status.paused !== undefined && bodies.length > 0);
    assert.match(paused?.why ?? '', /^2 runs failed in a row; the last: .*asked to fail/);
    assert.equal(trouble, undefined);
    assert.equal(bodies[0]?.['event'], 'retrain.stopped');
    assert.equal(bodies[0]['workflowId'], handle.workflowId);
    await handle.reconfigure({ parameters: { salt: randomUUID() } });
    await handle.unpause();
    const again = await until(handle, ({ runs, running }) => runs === 3 && running === undefined);
    assert.deepEqual([again.failuresInRow, again.lastRuns[0]?.reason], [0, 'asked for'], 'what failed is made again');
  } finally {
    delete process.env['TFX_TEMPORAL_ALLOWED_HOSTS'];
    server.close();
  }
});

test('drift of the latest span beyond the comparators of the schema starts a run', async () => {
  const root = mkdtempSync(path.join(folder, 'drift-'));
  const add = (span: number, share: number): void => {
    mkdirSync(path.join(root, `span-${span}`));
    const rows = Array.from({ length: 100 }, (_, i) => (i < share ? 'Oslo' : 'Rome'));
    writeFileSync(path.join(root, `span-${span}`, 'rows.csv'), `city\n${rows.join('\n')}\n`);
  };
  const data = `${root}/span-{SPAN}/*.csv`;
  add(1, 50);
  const drift = { input: data, module: 'cities', everySeconds: 1 };
  const handle = await start({ pipeline: 'daily', parameters: { data }, drift });
  await handle.newData({ span: 1 });
  await until(handle, ({ runs, running }) => runs === 1 && running === undefined);
  add(2, 52);
  await sleep(4000);
  assert.equal((await handle.status()).runs, 1, 'two of a hundred rows are no drift');
  add(3, 90);
  const { lastRuns } = await until(handle, ({ runs, running }) => runs === 2 && running === undefined);
  assert.deepEqual([lastRuns[0]?.span, lastRuns[0]?.reason], [3, 'drift']);
});
