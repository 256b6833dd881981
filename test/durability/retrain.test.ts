import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { type RetrainHandle, startRetrain } from '../../client/index.js';
import { listRuns } from '../../lineage/queries/runs.js';
import { openLineage } from '../../lineage/index.js';
import type { RetrainConfig } from '../../workflows/index.js';
import { untilStatus } from '../support/retrain-status.js';
import { Scenario } from './scenario.js';

let scenario: Scenario;
let worker: ChildProcess;
const open: RetrainHandle[] = [];

before(async () => {
  scenario = await Scenario.open();
  worker = await scenario.startWorker();
});

after(async () => {
  for (const { workflowId } of open) await scenario.temporal.client.workflow.getHandle(workflowId).terminate();
  await scenario.close();
});

async function start(config: RetrainConfig): Promise<RetrainHandle> {
  const { temporal, taskQueue } = scenario;
  const handle = await startRetrain(temporal.client, randomUUID(), config, { taskQueue });
  open.push(handle);
  return handle;
}

async function killAndStartWorker(): Promise<void> {
  await scenario.kill(worker);
  worker = await scenario.startWorker();
}

const MESSAGES = 200;
const SENDERS = 8;

test('each of hundreds of messages is handled once, through many lives and a killed worker, even if it is sent again', async () => {
  const { client } = scenario.temporal;
  const handle = await start({ pipeline: 'counting', historyLimit: 50 });
  await handle.pause({ why: 'to see the whole queue' });
  const plain = client.workflow.getHandle(handle.workflowId);
  const first = (await plain.describe()).runId;
  const lives = new Set([first]);
  const send = (span: number): Promise<unknown> => handle.newData({ span }, { updateId: `span-${span}` });
  let next = 1;
  const sender = async (): Promise<void> => {
    for (let span = next++; span <= MESSAGES; span = next++) {
      if (span % 4 === 0) {
        await plain.signal('newData', { span });
        continue;
      }
      await send(span);
      // As a client does that lost the answer: the same id again, maybe in the next life.
      if (span % 5 === 0) {
        lives.add((await plain.describe()).runId);
        await send(span);
      }
    }
  };
  const senders = Array.from({ length: SENDERS }, sender);
  while (next < MESSAGES / 2) await untilStatus(handle, ({ received }) => received > next / 2);
  await killAndStartWorker();
  await Promise.all(senders);
  const { received, queue } = await untilStatus(handle, (status) => status.queue.length === MESSAGES);
  assert.equal(received, MESSAGES + 1, 'the pause, and each message once');
  assert.deepEqual(
    [...queue].sort((a, b) => (a ?? 0) - (b ?? 0)),
    Array.from({ length: MESSAGES }, (_, i) => i + 1),
  );
  assert.ok(lives.size > 5, `${lives.size} lives were seen`);
  await handle.unpause();
  const { lastRuns } = await untilStatus(handle, ({ runs, running }) => runs === 1 && running === undefined);
  assert.equal(lastRuns[0]?.span, MESSAGES);
});

test('every span of a polled pattern gets one run, also a late one, while a worker is killed', async () => {
  const folder = path.join(scenario.folder, 'polled');
  const arrive = (span: number): void => {
    const partial = path.join(folder, `.span-${span}`);
    mkdirSync(partial, { recursive: true });
    writeFileSync(path.join(partial, 'rows.csv'), `n\n${span}\n${span}\n`);
    renameSync(partial, path.join(folder, `span-${span}`));
  };
  const data = `${folder}/span-{SPAN}/*.csv`;
  arrive(1);
  const handle = await start({
    pipeline: 'daily',
    parameters: { data },
    poll: { input: data, everySeconds: 1 },
    spans: 'each',
    historyLimit: 60,
  });
  await untilStatus(handle, ({ runs }) => runs === 1);
  for (const span of [3, 4, 6]) arrive(span);
  await untilStatus(handle, ({ runs }) => runs >= 2);
  await killAndStartWorker();
  // Late, and told by a message, too.
  arrive(2);
  arrive(5);
  await handle.newData({ span: 5 });
  await untilStatus(handle, ({ runs, running, queue }) => runs >= 6 && running === undefined && queue.length === 0);
  const polled = Date.now();
  await untilStatus(handle, ({ runs }) => runs > 6 || Date.now() > polled + 3000);
  const lineage = openLineage(scenario.databaseUrl);
  const runs = (await listRuns(lineage.database, { pipeline: 'daily', limit: 100 })).map(
    ({ workflowId }) => workflowId,
  );
  await lineage.close();
  const spans = runs.map((id) => Number(/-span-(\d+)$/.exec(id)?.[1]));
  assert.deepEqual([...spans].sort(), [1, 2, 3, 4, 5, 6]);
  assert.equal((await handle.status()).failuresInRow, 0);
});
