import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { parseS3 } from '../../../artifacts/s3/address.js';
import { listObjects, writeText } from '../../../artifacts/s3/objects.js';
import { commitPush, pushedProperties, type PushFence } from '../../../components/pusher/commit.js';
import { temporaryFolder } from '../../support/executor-context.js';
import { startS3, type TestS3 } from '../../support/s3-server.js';
import { writeTinyModel } from '../../support/tiny-model.js';

const alone: PushFence = (_destination, commit) => commit();

describe('pushing to s3', () => {
  const root = temporaryFolder('push-s3');
  let s3: TestS3;
  let count = 0;
  before(async () => {
    s3 = await startS3('models');
  });
  afterEach(() => {
    s3.fault = undefined;
  });
  after(async () => {
    await s3.close();
    rmSync(root, { recursive: true });
  });

  const stagedModel = (slope: number): Promise<string> =>
    writeTinyModel(path.join(root, `model-${++count}`), { head: 'regression', slopes: [slope], biases: [0] });
  const fresh = (): string => `s3://models/served-${++count}/model`;
  const push = (staged: string, destination: string, version: number) =>
    commitPush(
      { staged, destination, version, attempt: `${version}-${++count}`, signal: new AbortController().signal },
      alone,
    );
  async function names(destination: string): Promise<string[]> {
    const { bucket, key } = parseS3(destination);
    const found: string[] = [];
    for await (const object of listObjects({ bucket, key: `${key}/` })) found.push(object.key.slice(key.length + 1));
    return found;
  }

  it('leaves the whole version with saved_model.pb written last, and nothing else', async () => {
    const destination = fresh();
    s3.requests.length = 0;
    const pushed = await push(await stagedModel(2), destination, 7);
    assert.deepEqual(pushed, { destination, version: 7, written: true });
    assert.equal(pushedProperties(pushed)['pushed_destination'], `${destination}/7`);
    const files = await names(destination);
    assert.ok(files.includes('7/saved_model.pb') && files.every((name) => name.startsWith('7/')), files.join());
    const copies = s3.requests.filter((request) => request.startsWith('PUT') && request.includes('/7/'));
    assert.equal(copies.length, files.length);
    assert.match(copies.at(-1) ?? '', /saved_model\.pb/);
  });

  it('writes nothing when this very model is the newest there, whoever put it there', async () => {
    const destination = fresh();
    await push(await stagedModel(2), destination, 5);
    s3.requests.length = 0;
    assert.equal((await push(await stagedModel(2), destination, 9)).written, false);
    assert.ok(!s3.requests.some((request) => request.startsWith('PUT')));
    assert.equal((await push(await stagedModel(3), destination, 9)).version, 9);
    assert.equal((await push(await stagedModel(2), destination, 10)).version, 10);
  });

  it('steps over versions that are there, and clears what a push that died under its number left', async () => {
    const destination = fresh();
    await writeText(parseS3(`${destination}/50/saved_model.pb`), 'by hand');
    await writeText(parseS3(`${destination}/51/variables/left-over`), 'half');
    assert.equal((await push(await stagedModel(1), destination, 40)).version, 51);
    assert.ok(!(await names(destination)).includes('51/variables/left-over'));
  });

  it('shows no version when it breaks on the way, and succeeds when it is tried again', async () => {
    const destination = fresh();
    const staged = await stagedModel(4);
    s3.fault = ({ method, url }) =>
      method === 'PUT' && /\/7\/saved_model\.pb/.test(url ?? '') ? { kind: 'status', status: 400 } : undefined;
    await assert.rejects(push(staged, destination, 7), { code: 'S3_REQUEST_REFUSED' });
    assert.ok(!(await names(destination)).includes('7/saved_model.pb'));
    s3.fault = undefined;
    assert.deepEqual(await push(staged, destination, 7), { destination, version: 7, written: true });
    assert.ok((await names(destination)).every((name) => name.startsWith('7/')));
  });
});
