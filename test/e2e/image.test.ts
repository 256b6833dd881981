import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Client, Connection } from '@temporalio/client';
import { buildContext, type Built, DockerfileSteps } from '../support/dockerfile.js';
import { runProgram } from '../support/packed-project.js';
import { freshDatabase, testServers, useSharedTools } from '../support/servers.js';
import { repositoryRoot } from '../support/shared.js';
import { temporalCommand } from '../support/temporal-command.js';

const namespace = `image-${randomBytes(4).toString('hex')}`;
let root: string;
let steps: DockerfileSteps;
let image: Built;
let env: NodeJS.ProcessEnv;
const children: ChildProcess[] = [];
let log = '';

before(async () => {
  useSharedTools();
  root = await mkdtemp(path.join(tmpdir(), 'tfx-image-'));
  const base: NodeJS.ProcessEnv = { ...process.env };
  Reflect.deleteProperty(base, 'NODE_TEST_CONTEXT');
  steps = new DockerfileSteps(root, buildContext(), { ...base, npm_config_update_notifier: 'false' });
  image = steps.run(path.join(repositoryRoot, 'Dockerfile'));
  const config = path.join(image.workingDirectory, 'tfx.config.ts');
  await writeFile(config, steps.place(await readFile(config, 'utf8')));
  const { temporalAddress } = await testServers();
  await temporalCommand('operator', 'namespace', 'create', '--namespace', namespace, '--retention', '24h');
  env = {
    ...base,
    ...image.env,
    DATABASE_URL: await freshDatabase(),
    TEMPORAL_ADDRESS: temporalAddress,
    TEMPORAL_NAMESPACE: namespace,
    TFX_TEMPORAL_ARTIFACT_ROOT: steps.place('/var/lib/tfx/artifacts'),
  };
});
after(async () => {
  for (const child of children.filter(({ exitCode }) => exitCode === null)) {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  await rm(root, { recursive: true, force: true });
});

describe("the Dockerfile's steps, run as a script", () => {
  it('make a worker that migrates, is ready, trains and pushes, and a server that serves what it pushed', async () => {
    const [program = '', ...words] = image.entrypoint;
    const migrated = await runProgram(program, [...words, 'migrate'], { cwd: image.workingDirectory, env });
    assert.equal(migrated.code, 0, migrated.stderr);

    const [health, metrics, serving] = await Promise.all([freePort(), freePort(), freePort()]);
    start(
      image.command.map((word) =>
        word.replace('0.0.0.0:9464', `127.0.0.1:${metrics}`).replace('0.0.0.0:8081', `127.0.0.1:${health}`),
      ),
    );
    await answers(`http://127.0.0.1:${health}/ready`);

    const destination = steps.place('/var/lib/tfx/models/wine');
    const data = path.join(root, 'wine.csv');
    await writeFile(data, wines(600));
    const connection = await Connection.connect({ address: env['TEMPORAL_ADDRESS'] ?? '' });
    const client = new Client({ connection, namespace });
    const parameters = { data, destination, curated: false, epochs: 3, minimumSquaredPearson: 0 };
    const options = { taskQueue: 'tfx', workflowId: 'wine/image', args: [parameters] };
    const { outcome } = (await client.workflow.execute('wine', options)) as { outcome: string };
    await connection.close();
    assert.equal(outcome, 'PUSHED');

    start(['serve', `wine=${destination}`, '--port', String(serving)]);
    await answers(`http://127.0.0.1:${serving}/v1/models/wine`, /"AVAILABLE"/);
  });
});

function start(words: readonly string[]): void {
  const [program = '', ...entry] = image.entrypoint;
  const child = spawn(program, [...entry, ...words], {
    cwd: image.workingDirectory,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
  children.push(child);
}

/** Asks until the address answers as expected; a program that ends meanwhile fails the test. */
async function answers(address: string, expected = /./): Promise<void> {
  for (;;) {
    const stopped = children.find(({ exitCode }) => exitCode !== null);
    if (stopped !== undefined) throw new Error(`${stopped.spawnargs.join(' ')} ended with ${stopped.exitCode}\n${log}`);
    const answer = await fetch(address).catch(() => undefined);
    if (answer?.ok === true && expected.test(await answer.text())) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Wines whose quality follows from their alcohol. */
function wines(rows: number): string {
  const header =
    'fixed_acidity,volatile_acidity,citric_acid,residual_sugar,chlorides,free_sulfur_dioxide,total_sulfur_dioxide,' +
    'density,pH,sulphates,alcohol,quality';
  const lines = Array.from({ length: rows }, (_, i) => {
    const alcohol = 8 + ((i * 37) % 60) / 10;
    const others = Array.from({ length: 10 }, (_, k) => (1 + ((i * (k + 3)) % 17) / 10).toFixed(2));
    return [...others, alcohol.toFixed(1), Math.round(alcohol / 2)].join(',');
  });
  return [header, ...lines].join('\n');
}
