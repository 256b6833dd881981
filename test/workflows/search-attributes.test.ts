import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { TypedSearchAttributes } from '@temporalio/common';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import {
  bundleWorkflowCode,
  DefaultLogger,
  Runtime,
  Worker,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import { applySchedule, registerSearchAttributes, startPipeline } from '../../client/index.js';
import { migrate } from '../../lineage/index.js';
import { statePaths } from '../../local/index.js';
import { findTemporalCli } from '../../local/provision/temporal-cli.js';
import { TfxPlugin } from '../../worker/index.js';
import { freshDatabase, testServers } from '../support/servers.js';

const folder = mkdtempSync(path.join(tmpdir(), 'tfx-search-'));
const logger = new DefaultLogger('ERROR');
let environment: TestWorkflowEnvironment;
let bundle: WorkflowBundleWithSourceMap;
let databaseUrl: string;

before(async () => {
  Runtime.install({ logger });
  await testServers();
  databaseUrl = await freshDatabase();
  await migrate(databaseUrl);
  // A server of its own: on the shared one the attributes would be there for every other test.
  const executable = { type: 'existing-path', path: (await findTemporalCli(statePaths())) ?? 'temporal' } as const;
  environment = await TestWorkflowEnvironment.createLocal({ server: { executable } });
  const workflowsPath = fileURLToPath(new URL('../support/counting/pipelines.js', import.meta.url));
  bundle = await bundleWorkflowCode({ workflowsPath, logger });
});
after(async () => {
  await environment.teardown();
  rmSync(folder, { recursive: true, force: true });
});

async function withWorker<T>(use: (taskQueue: string) => Promise<T>): Promise<T> {
  const taskQueue = `search-${randomUUID()}`;
  const plugin = new TfxPlugin({
    databaseUrl,
    artifactRoot: path.join(folder, 'artifacts'),
    bundleFolder: path.join(folder, 'bundles'),
    components: [new URL('../support/counting/implementations.js', import.meta.url)],
  });
  const { nativeConnection: connection } = environment;
  const worker = await Worker.create({ connection, taskQueue, workflowBundle: bundle, plugins: [plugin] });
  return await worker.runUntil(() => use(taskQueue));
}

test('search attributes are used only where they are registered, and replay', async () => {
  const { client } = environment;
  await withWorker(async (taskQueue) => {
    const plain = await startPipeline(client, 'counting', { taskQueue, parameters: { steps: 1 } });
    await plain.result();
    const before = await client.workflow.getHandle(plain.workflowId).describe();
    assert.deepEqual(
      before.typedSearchAttributes.getAll().filter(({ key }) => key.name.startsWith('Tfx')),
      [],
    );

    const added = await registerSearchAttributes(client);
    assert.deepEqual([...added].sort(), ['TfxModelVersion', 'TfxOutcome', 'TfxPipeline', 'TfxSpan']);
    assert.deepEqual(await registerSearchAttributes(client), []);

    const run = await startPipeline(client, 'counting', { taskQueue, parameters: { steps: 1 }, span: 3 });
    await run.result();
    const failing = await startPipeline(client, 'counting', { taskQueue, parameters: { fail: true, salt: 'x' } });
    await assert.rejects(failing.result());
    assert.deepEqual(await attributesOf(run.workflowId), {
      TfxPipeline: 'counting',
      TfxSpan: 3,
      TfxOutcome: 'COMPLETED',
    });
    assert.equal((await attributesOf(failing.workflowId))['TfxOutcome'], 'FAILED');

    const parent = await startPipeline(client, 'parent', { taskQueue, parameters: { salt: 'y' } });
    await parent.result();
    const child = await attributesOf(`${parent.workflowId}/counting`);
    assert.deepEqual([child['TfxPipeline'], child['TfxOutcome']], ['counting', 'COMPLETED']);

    const history = await client.workflow.getHandle(run.workflowId).fetchHistory();
    await Worker.runReplayHistory({ workflowBundle: bundle }, history, run.workflowId);
    let found = await completedRuns();
    for (let look = 0; look < 50 && found.length === 0; look++) {
      await new Promise((resolve) => setTimeout(resolve, 100)); // Visibility lags behind.
      found = await completedRuns();
    }
    assert.ok(found.includes(run.workflowId));
  });
});

test("a run that Temporal's own tools started is found, too", async () => {
  const { client } = environment;
  await withWorker(async (taskQueue) => {
    const workflowId = `by-hand-${randomUUID()}`;
    await client.workflow.execute('counting', { workflowId, taskQueue, args: [{ steps: 1 }] });
    assert.deepEqual(await attributesOf(workflowId), { TfxPipeline: 'counting', TfxOutcome: 'COMPLETED' });
    const history = await client.workflow.getHandle(workflowId).fetchHistory();
    await Worker.runReplayHistory({ workflowBundle: bundle }, history, workflowId);
  });
});

test('runs of a schedule are found, too', async () => {
  const { client } = environment;
  await applySchedule(client, { name: 'nightly', pipeline: 'counting', cron: '0 2 * * *', paused: true });
  const { action } = await client.schedule.getHandle('nightly').describe();
  const attributes = action.typedSearchAttributes as TypedSearchAttributes;
  assert.deepEqual(
    attributes.getAll().map(({ key, value }) => [key.name, value]),
    [['TfxPipeline', 'counting']],
  );
});

async function attributesOf(workflowId: string): Promise<Record<string, unknown>> {
  const { typedSearchAttributes } = await environment.client.workflow.getHandle(workflowId).describe();
  const ours = typedSearchAttributes.getAll().filter(({ key }) => key.name.startsWith('Tfx'));
  return Object.fromEntries(ours.map(({ key, value }) => [key.name, value]));
}

async function completedRuns(): Promise<string[]> {
  const query = "TfxPipeline = 'counting' AND TfxOutcome = 'COMPLETED'";
  const found: string[] = [];
  for await (const { workflowId } of environment.client.workflow.list({ query })) found.push(workflowId);
  return found;
}
