import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  bundleWorkflowCode,
  DefaultLogger,
  NativeConnection,
  Runtime,
  Worker,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import { connect, type PipelineClient, startPipeline } from '../../client/index.js';
import { migrate } from '../../lineage/index.js';
import { TfxPlugin, type TfxPluginOptions } from '../../worker/index.js';
import { freshDatabase, testServers } from '../support/servers.js';

const folder = mkdtempSync(path.join(tmpdir(), 'tfx-plugin-'));
const workflowsPath = fileURLToPath(new URL('../support/counting/pipelines.js', import.meta.url));
let address: string;
let databaseUrl: string;
let temporal: PipelineClient;
let bundle: WorkflowBundleWithSourceMap;

before(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  address = (await testServers()).temporalAddress;
  databaseUrl = await freshDatabase();
  await migrate(databaseUrl);
  temporal = await connect({ address });
  bundle = await bundleWorkflowCode({ workflowsPath, plugins: [plugin()], logger: new DefaultLogger('ERROR') });
});

after(async () => {
  await temporal.close();
  rmSync(folder, { recursive: true });
});

function plugin(options: TfxPluginOptions = {}): TfxPlugin {
  return new TfxPlugin({
    databaseUrl,
    artifactRoot: path.join(folder, 'artifacts'),
    bundleFolder: path.join(folder, 'bundles'),
    components: [new URL('../support/counting/implementations.js', import.meta.url)],
    ...options,
  });
}

const shout = (text: string): Promise<string> => Promise.resolve(text.toUpperCase());

/** Runs `mixed` on a worker of the user's own. @returns the task queues of its activities, by activity id */
async function runMixed(tfx: TfxPlugin, placed: 'worker' | 'connection' | 'both'): Promise<Map<string, string>> {
  const taskQueue = `plugin-${randomUUID()}`;
  const connection = await NativeConnection.connect({ address, plugins: placed === 'worker' ? [] : [tfx] });
  const worker = await Worker.create({
    connection,
    taskQueue,
    workflowBundle: bundle,
    activities: { shout },
    plugins: placed === 'connection' ? [] : [tfx],
  });
  const history = await worker.runUntil(async () => {
    const run = await startPipeline(temporal.client, 'mixed', { taskQueue, parameters: { salt: randomUUID() } });
    assert.equal((await run.result()).outcome, 'COMPLETED');
    return await temporal.client.workflow.getHandle(run.workflowId).fetchHistory();
  });
  await connection.close();
  const scheduled = (history.events ?? []).flatMap((event) => event.activityTaskScheduledEventAttributes ?? []);
  return new Map(
    scheduled.map(({ activityId, taskQueue: queue }) => [
      activityId ?? '',
      queue?.name === `${taskQueue}-heavy` ? 'heavy' : queue?.name === taskQueue ? 'own' : 'another',
    ]),
  );
}

test('adds components to a user’s own worker; heavy ones get a worker beside it', async () => {
  const queues = await runMixed(plugin(), 'worker');
  assert.equal(queues.get('Count'), 'own');
  assert.equal(queues.get('Sum'), 'heavy');
  assert.equal(queues.get('Sum.publish'), 'own');
});

test('works on the connection, and is applied once when it is on connection and worker', async () => {
  assert.equal((await runMixed(plugin(), 'connection')).get('Sum'), 'heavy');
  assert.equal((await runMixed(plugin(), 'both')).get('Sum'), 'heavy');
});

test('keeps one task queue when told so', async () => {
  assert.equal((await runMixed(plugin({ heavy: false }), 'worker')).get('Sum'), 'own');
});

test('refuses a worker that has an activity of one of our names', async () => {
  const connection = await NativeConnection.connect({ address });
  const activities = { Count: shout, 'tfx.begin': shout, mine: shout };
  const create = Worker.create({ connection, taskQueue: 'q', workflowBundle: bundle, activities, plugins: [plugin()] });
  await assert.rejects(create, { code: 'ACTIVITY_NAME_TAKEN', what: /named tfx\.begin, Count$/ });
  await connection.close();
});

test('says which component a worker does not have', async () => {
  const taskQueue = `plugin-${randomUUID()}`;
  const connection = await NativeConnection.connect({ address });
  const plugins = [plugin({ components: [] })];
  const worker = await Worker.create({ connection, taskQueue, workflowBundle: bundle, activities: { shout }, plugins });
  await worker.runUntil(async () => {
    const run = await startPipeline(temporal.client, 'counting', { taskQueue });
    await assert.rejects(run.result(), { code: 'COMPONENT_UNKNOWN', what: /no component 'Count'/ });
  });
  await connection.close();
});
