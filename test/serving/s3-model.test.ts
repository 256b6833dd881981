import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'node:test';
import { commitPush } from '../../components/pusher/commit.js';
import { namedModel } from '../../serving/arguments.js';
import { startModelServer } from '../../serving/model-server.js';
import { temporaryFolder } from '../support/executor-context.js';
import { startS3, type TestS3 } from '../support/s3-server.js';
import { writeTinyModel } from '../support/tiny-model.js';

describe('serving from s3', () => {
  const root = temporaryFolder('serve-s3');
  let s3: TestS3;
  before(async () => {
    s3 = await startS3('models');
  });
  after(async () => {
    await s3.close();
    rmSync(root, { recursive: true });
  });

  it('answers with the newest version that is complete', async () => {
    const staged = await writeTinyModel(path.join(root, 'model'), { head: 'regression', slopes: [2], biases: [0] });
    const request = { staged, destination: 's3://models/tiny', version: 7, attempt: 'one' };
    await commitPush({ ...request, signal: new AbortController().signal }, (_place, commit) => commit());
    const model = namedModel('tiny=s3://models/tiny/');
    assert.equal(model.basePath, 's3://models/tiny');
    const server = await startModelServer({ models: [model], port: 0, pollMs: 20 });
    try {
      while (server.models.get('tiny')?.isAvailable() !== true) await sleep(20);
      const response = await fetch(`${server.url}/v1/models/tiny:predict`, {
        method: 'POST',
        body: JSON.stringify({ signature_name: 'raw', inputs: { x: [21] } }),
      });
      assert.deepEqual(await response.json(), { outputs: [[42]] });
    } finally {
      await server.close();
    }
  });
});
