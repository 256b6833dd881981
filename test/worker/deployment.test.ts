import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { NativeConnection, Worker } from '@temporalio/worker';
import { connect, type PipelineClient, startPipeline } from '../../client/index.js';
import { migrate } from '../../lineage/index.js';
import { deploymentOfEnvironment } from '../../worker/deployment.js';
import { TfxPlugin } from '../../worker/index.js';
import { bundleWorkflows } from '../../worker/workflow-bundle.js';
import { freshDatabase, testServers } from '../support/servers.js';
import { temporalCommand } from '../support/temporal-command.js';

const folder = mkdtempSync(path.join(tmpdir(), 'tfx-deployment-'));
const name = `deployment-${randomUUID()}`;
const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const workers: { worker: Worker; running: Promise<void> }[] = [];
let connection: NativeConnection;
let temporal: PipelineClient;
let databaseUrl: string;

before(async () => {
  const { temporalAddress: address } = await testServers();
  databaseUrl = await freshDatabase();
  await migrate(databaseUrl);
  connection = await NativeConnection.connect({ address });
  temporal = await connect({ address });
});

after(async () => {
  for (const { worker, running } of workers) {
    worker.shutdown();
    await running;
  }
  await connection.close();
  await temporal.close();
  rmSync(folder, { recursive: true });
});

async function startVersion(buildId: string, pipelines: string): Promise<void> {
  const { codePath } = await bundleWorkflows([here(pipelines)], here('..'), folder);
  const worker = await Worker.create({
    connection,
    taskQueue: name,
    workflowBundle: { codePath },
    plugins: [
      new TfxPlugin({
        databaseUrl,
        artifactRoot: path.join(folder, 'artifacts'),
        bundleFolder: path.join(folder, 'bundles'),
        components: [new URL('../support/counting/implementations.js', import.meta.url)],
        deployment: { name, buildId },
      }),
    ],
  });
  workers.push({ worker, running: worker.run() });
}

/** Tried again until the server has heard of the version. */
async function makeCurrent(buildId: string): Promise<void> {
  for (;;) {
    try {
      const version = ['--deployment-name', name, '--build-id', buildId];
      await temporalCommand('worker', 'deployment', 'set-current-version', ...version, '--yes');
      return;
    } catch (error) {
      if (!/not found|No Worker|does not exist|missing active task queues/i.test(String(error))) throw error;
      await sleep(300);
    }
  }
}

test('a run ends on the version that it started on, also its heavy nodes; new runs are made by the current one', async () => {
  await startVersion('one', '../support/counting/pipelines.js');
  await makeCurrent('one');
  const parameters = { salt: randomUUID(), steps: 20, stepMs: 200 };
  const early = await startPipeline(temporal.client, 'counting', { taskQueue: name, parameters });
  while (!(await early.status()).nodes.some(({ node }) => node === 'Sum')) await sleep(100);
  await startVersion('two', '../support/counting/changed-pipelines.js');
  await makeCurrent('two');
  const late = await startPipeline(temporal.client, 'counting', { taskQueue: name, parameters: { size: 3 } });
  assert.deepEqual(
    (await late.result()).nodes.map(({ node }) => node),
    ['Count', 'Count[more]', 'Sum'],
  );
  assert.deepEqual(
    (await early.result()).nodes.map(({ node }) => node),
    ['Count', 'Sum'],
  );
});

test('the environment names a deployment; the build is the bundle unless it is named, too', () => {
  const bundle = '/state/bundles/workflows-0123abcd.bundle.js';
  assert.equal(deploymentOfEnvironment(bundle, {}), undefined);
  const named = { TFX_TEMPORAL_DEPLOYMENT: 'tfx' };
  assert.deepEqual(deploymentOfEnvironment(bundle, named), { name: 'tfx', buildId: '0123abcd' });
  assert.deepEqual(deploymentOfEnvironment(bundle, { ...named, TFX_TEMPORAL_BUILD_ID: 'v2' }), {
    name: 'tfx',
    buildId: 'v2',
  });
});
