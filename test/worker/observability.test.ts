import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { connect, type PipelineClient, startPipeline } from '../../client/index.js';
import { migrate } from '../../lineage/index.js';
import { startHealthServer } from '../../worker/health-server.js';
import { freshDatabase, testServers } from '../support/servers.js';
import { repositoryRoot } from '../support/shared.js';

const folder = mkdtempSync(path.join(tmpdir(), 'tfx-observed-'));
const taskQueue = `observed-${path.basename(folder)}`;
let temporal: PipelineClient;
let worker: ChildProcess;
let metrics: string;
let health: string;
let logged = '';

before(async () => {
  const { temporalAddress } = await testServers();
  const databaseUrl = await freshDatabase();
  await migrate(databaseUrl);
  [metrics, health] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];
  const config = {
    taskQueue,
    pipelines: [path.join(repositoryRoot, 'dist/test/support/counting/pipelines.js')],
    components: [path.join(repositoryRoot, 'dist/test/support/counting/implementations.js')],
    telemetry: { metrics, health, logs: 'json' },
  };
  writeFileSync(path.join(folder, 'tfx.config.mjs'), `export default ${JSON.stringify(config)};\n`);
  worker = spawn(process.execPath, [path.join(repositoryRoot, 'dist/worker/main.js')], {
    cwd: folder,
    env: {
      ...process.env,
      TEMPORAL_ADDRESS: temporalAddress,
      DATABASE_URL: databaseUrl,
      TFX_TEMPORAL_STATE: path.join(folder, 'state'),
    },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  worker.stderr?.setEncoding('utf8').on('data', (text: string) => (logged += text));
  const [message] = (await Promise.race([once(worker, 'message'), once(worker, 'exit')])) as [unknown];
  assert.deepEqual(message, { ready: true }, logged);
  temporal = await connect({ address: temporalAddress });
});

after(async () => {
  await temporal.close();
  worker.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const linesOf = (text: string): Record<string, unknown>[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test('a worker says that it lives and that it is ready, with what that rests on', async () => {
  const ready = await fetch(`http://${health}/ready`);
  assert.deepEqual(await ready.json(), { ready: true, checks: { worker: true, temporal: true, lineage: true } });
  assert.equal(ready.status, 200);
  assert.deepEqual(await (await fetch(`http://${health}/health`)).json(), { status: 'ok' });
});

test('metrics of Temporal and of components lie at one address, log lines name run, node and execution', async () => {
  const run = await startPipeline(temporal.client, 'counting', { taskQueue, parameters: { steps: 2 } });
  await run.result();
  const again = await startPipeline(temporal.client, 'counting', { taskQueue, parameters: { steps: 2 } });
  await again.result();
  const text = await (await fetch(`http://${metrics}/metrics`)).text();
  const value = (name: string, ...labels: string[]): number => {
    const line = text
      .split('\n')
      .find((each) => each.startsWith(`${name}{`) && labels.every((label) => each.includes(label)));
    return Number(line?.split(' ').at(-1) ?? Number.NaN);
  };
  assert.equal(
    value('tfx_component_duration_seconds_count', 'component="Sum"', 'pipeline="counting"', 'result="complete"'),
    1,
  );
  assert.equal(value('tfx_cache_lookups_total', 'component="Sum"', 'result="hit"'), 1);
  assert.equal(value('tfx_cache_lookups_total', 'component="Sum"', 'result="miss"'), 1);
  assert.equal(value('tfx_runs_total', 'outcome="COMPLETED"', 'pipeline="counting"'), 2);
  assert.ok(value('tfx_lineage_duration_seconds_count', 'operation="begin"', 'result="complete"') > 0);
  assert.match(text, /^temporal_activity_execution_latency/m);

  const line = linesOf(logged).find((each) => each['message'] === 'Sum complete');
  assert.ok(line, logged);
  assert.equal(line['workflowRunId'], run.runId);
  assert.equal(line['node'], 'Sum');
  assert.equal(typeof line['executionId'], 'number');
  assert.equal(line['level'], 'INFO');
});

test('a worker that is told to stop while it works leaves a checkpoint, and says that it is not ready', async () => {
  const parameters = { steps: 400, stepMs: 50 };
  const run = await startPipeline(temporal.client, 'counting', { taskQueue, parameters, cache: false });
  const progress = async (): Promise<number> => {
    const description = await temporal.client.workflow.getHandle(run.workflowId).describe();
    const details = description.raw.pendingActivities?.find(({ activityId }) => activityId === 'Sum')?.heartbeatDetails;
    const data = details?.payloads?.[0]?.data;
    const parsed =
      data == null ? {} : (JSON.parse(Buffer.from(data).toString()) as { checkpoint?: { detail: { step: number } } });
    return parsed.checkpoint?.detail.step ?? 0;
  };
  while ((await progress()) === 0) await new Promise((resolve) => setTimeout(resolve, 200));
  const before = await progress();
  const exited = once(worker, 'exit');
  worker.kill('SIGTERM');
  // The signal takes a moment to arrive; the address answers until the process has ended.
  while ((await fetch(`http://${health}/ready`)).status !== 503)
    await new Promise((resolve) => setTimeout(resolve, 20));
  const [code] = (await exited) as [number | null];
  assert.equal(code, 0, logged);
  assert.ok((await progress()) > before, 'the grace time was used and its last checkpoint kept');
  await run.cancel();
});

test('an address that cannot be listened on is refused', async () => {
  await assert.rejects(startHealthServer('nowhere', {}), { code: 'CONFIG_INVALID' });
});
