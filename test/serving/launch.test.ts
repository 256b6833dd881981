import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { after, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { serverArguments } from '../../serving/arguments.js';
import { launchModelServer } from '../../serving/launch.js';
import { temporaryFolder } from '../support/executor-context.js';

const root = temporaryFolder('launch');
after(() => rm(root, { recursive: true, force: true }));

async function answers(url: string): Promise<boolean> {
  return await fetch(`${url}/healthz`).then(
    (response) => response.ok,
    () => false,
  );
}

async function untilGone(url: string): Promise<void> {
  for (let i = 0; i < 200; i++) {
    if (!(await answers(url))) return;
    await sleep(50);
  }
  assert.fail(`${url} still answers`);
}

describe('launchModelServer', () => {
  it('gives a server that listens on the loopback until it is stopped', async () => {
    const { signal } = new AbortController();
    const server = await launchModelServer({ name: 'm', basePath: root, signal });
    assert.match(server.url, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.equal(await answers(server.url), true);
    assert.equal(server.exit(), undefined);
    await server.stop();
    assert.equal(server.exit(), 'it exited with code 0');
    assert.equal(await answers(server.url), false);
  });

  it('ends the server when the signal aborts', async () => {
    const controller = new AbortController();
    const server = await launchModelServer({ name: 'm', basePath: root, signal: controller.signal });
    controller.abort();
    await untilGone(server.url);
  });

  it('leaves no server behind when the launching process is killed', async () => {
    const script = fileURLToPath(new URL('launching-process.js', import.meta.url));
    const parent = spawn(process.execPath, [script, root], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [url] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
    assert.equal(await answers(url), true);
    parent.kill('SIGKILL');
    await untilGone(url);
  });

  it('says what the process said when it does not start', async () => {
    const { signal } = new AbortController();
    await assert.rejects(launchModelServer({ name: 'not a name', basePath: root, signal }), {
      code: 'SERVING_START_FAILED',
      message: /"not a name=.*" is not NAME=BASE_PATH/,
    });
  });
});

describe("the model server's arguments", () => {
  it('name models with absolute paths, TF Serving port and the loopback', () => {
    const found = serverArguments(['a=/x', 'b.c-1=relative=path']);
    assert.deepEqual(
      found.models.map(({ name }) => name),
      ['a', 'b.c-1'],
    );
    assert.ok(found.models[1]?.basePath.endsWith('/relative=path'));
    assert.deepEqual([found.host, found.port, found.exitWithParent], ['127.0.0.1', 8501, false]);
  });

  it('are refused when they make no sense', () => {
    for (const given of [[], ['a'], ['=x'], ['a/b=x'], ['a=x', '--port', 'p'], ['a=x', '--port', '70000'], ['--wat']]) {
      assert.throws(() => serverArguments(given), { code: 'SERVING_ARGUMENTS_INVALID' }, given.join(' '));
    }
  });
});
