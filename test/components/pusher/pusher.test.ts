import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Artifact } from '../../../artifacts/artifact.js';
import type { LineageReader } from '../../../components/implement.js';
import { commitPush, pushedProperties, type PushFence } from '../../../components/pusher/commit.js';
import { Pusher } from '../../../components/pusher/contract.js';
import { pusherDriver } from '../../../components/pusher/driver.js';
import { pusher } from '../../../components/pusher/executor.js';
import { nextVersion } from '../../../components/pusher/versions.js';
import { PipelineError } from '../../../errors/pipeline-error.js';
import { openSavedModel } from '../../../graph/tensorflow/saved-model-session.js';
import { executorContext, inputArtifact, outputPlace, temporaryFolder } from '../../support/executor-context.js';
import { writeTinyModel } from '../../support/tiny-model.js';

const root = temporaryFolder('pusher');
after(() => rm(root, { recursive: true, force: true }));

const signal = new AbortController().signal;
const alone: PushFence = (_destination, commit) => commit();
let count = 0;

async function stagedModel(slope: number): Promise<string> {
  return await writeTinyModel(path.join(root, `model-${++count}`), {
    head: 'regression',
    slopes: [slope],
    biases: [0],
  });
}

const freshDestination = () => path.join(root, `served-${++count}`, 'model');

async function push(staged: string, destination: string, version: number, fence = alone) {
  return await commitPush({ staged, destination, version, attempt: `${version}-${++count}`, signal }, fence);
}

async function killed(staged: string, destination: string, moment: string): Promise<void> {
  const script = fileURLToPath(new URL('killed-push.js', import.meta.url));
  const child = spawn(process.execPath, [script, staged, destination, moment], { stdio: 'inherit' });
  const [, ended] = (await once(child, 'exit')) as [number | null, string | null];
  assert.equal(ended, 'SIGKILL');
}

const visible = async (destination: string) =>
  (await readdir(destination)).filter((name) => !name.startsWith('.')).sort();

describe('commitPush', () => {
  it('puts the model where a server finds it, whole and loadable, and leaves nothing else', async () => {
    const destination = freshDestination();
    const pushed = await push(await stagedModel(2), destination, 1700000000);
    assert.deepEqual(pushed, { destination, version: 1700000000, written: true });
    assert.deepEqual(await readdir(destination), ['1700000000']);
    const model = await openSavedModel(path.join(destination, '1700000000'), { signature: 'raw' });
    assert.equal(model.predict({ x: [21] })['outputs']?.values[0], 42);
    model.dispose();
    assert.equal(pushedProperties(pushed)['pushed_destination'], path.join(destination, '1700000000'));
  });

  it('writes nothing when this very model is the newest there', async () => {
    const destination = freshDestination();
    const staged = await stagedModel(2);
    await push(staged, destination, 5);
    assert.deepEqual(await push(await stagedModel(2), destination, 9), { destination, version: 5, written: false });
    assert.deepEqual(await readdir(destination), ['5']);
  });

  it('pushes a model again that was there before another one', async () => {
    const destination = freshDestination();
    const [a, b] = [await stagedModel(1), await stagedModel(2)];
    await push(a, destination, 1);
    await push(b, destination, 2);
    assert.equal((await push(a, destination, 3)).version, 3);
  });

  it('steps over versions that somebody else pushed since the version was chosen', async () => {
    const destination = freshDestination();
    await mkdir(path.join(destination, '50'), { recursive: true });
    assert.equal((await push(await stagedModel(1), destination, 40)).version, 51);
  });

  it('leaves no half version when its process is killed between copy and rename, and a retry succeeds', async () => {
    const destination = freshDestination();
    const staged = await stagedModel(3);
    await killed(staged, destination, 'copied');
    assert.deepEqual(await visible(destination), []);
    assert.deepEqual(await readdir(destination), ['.tmp-killed']);
    assert.equal((await push(staged, destination, 7)).written, true);
    assert.deepEqual(await visible(destination), ['7']);
  });

  it('finds its own work when its process is killed after the rename', async () => {
    const destination = freshDestination();
    const staged = await stagedModel(4);
    await killed(staged, destination, 'renamed');
    assert.deepEqual(await visible(destination), ['7']);
    assert.deepEqual(await push(staged, destination, 7), { destination, version: 7, written: true });
    assert.deepEqual(await visible(destination), ['7']);
    const theirs = { destination, version: 7, written: true };
    const claimed: PushFence = (_destination, commit) => commit(theirs);
    assert.equal(
      (await push(staged, destination, 7, claimed)).written,
      false,
      'the push before says that it is its own',
    );
  });

  it('finds its own work also when a newer push has come since its process was killed', async () => {
    const destination = freshDestination();
    const staged = await stagedModel(4);
    await killed(staged, destination, 'renamed');
    await push(await stagedModel(5), destination, 8);
    const superseded = new PipelineError('FENCE_SUPERSEDED', { what: 'a newer push was there' });
    const overtaken: PushFence = () => Promise.reject(superseded);
    const own = { destination, version: 7, written: true };
    assert.deepEqual(await push(staged, destination, 7, overtaken), own);
    await assert.rejects(push(await stagedModel(6), destination, 7, overtaken), { code: 'FENCE_SUPERSEDED' });
    assert.deepEqual(await visible(destination), ['7', '8']);
  });

  it('changes nothing when the fence refuses it', async () => {
    const destination = freshDestination();
    await assert.rejects(
      push(await stagedModel(5), destination, 1, () => Promise.reject(new Error('overtaken'))),
      /overtaken/,
    );
    assert.deepEqual(await readdir(destination), []);
  });

  it('says so when the destination cannot be written', async () => {
    const file = path.join(root, 'a-file');
    await writeFile(file, '');
    const staged = await stagedModel(6);
    await assert.rejects(push(staged, file, 1), { code: 'PUSH_DESTINATION_UNWRITABLE' });
    if (process.getuid?.() === 0) return; // Root writes anywhere.
    const locked = path.join(root, 'locked');
    await mkdir(locked);
    await chmod(locked, 0o500);
    await assert.rejects(push(staged, path.join(locked, 'model'), 1), { code: 'PUSH_DESTINATION_UNWRITABLE' });
  });
});

describe("Pusher's executor", () => {
  async function run(blessing: Artifact['properties'] | undefined, infra?: Artifact['properties']) {
    const folder = path.join(root, `artifact-${++count}`);
    await writeTinyModel(folder, { head: 'regression', slopes: [1], biases: [0] });
    const blessed = async (type: string, properties?: Artifact['properties']) =>
      properties && (await inputArtifact(type, outputPlace(path.join(root, `blessing-${++count}`)).path, properties));
    const context = executorContext(Pusher, root, {
      inputs: {
        model: await inputArtifact('Model', folder),
        blessing: await blessed('ModelBlessing', blessing),
        infraBlessing: await blessed('InfraBlessing', infra),
      },
      parameters: { destination: '/nowhere', version: 1 },
    });
    const result = await pusher.executor?.(context);
    return { result, place: context.outputs.pushedModel.path };
  }

  it('stages the SavedModel itself, as a server reads it', async () => {
    const { result, place } = await run({ verdict: 'BLESSED' }, { verdict: 'INFRA_BLESSED' });
    assert.equal(result?.properties?.pushedModel?.['pushed'], 1);
    assert.ok((await readdir(place)).includes('saved_model.pb'));
  });

  it('does not stage what a blessing refused, and says which', async () => {
    const refused = await run({ verdict: 'NOT_BLESSED' });
    assert.equal(refused.result?.summary, 'not pushed: the model is not blessed');
    assert.equal(refused.result.properties?.pushedModel?.['pushed'], 0);
    assert.deepEqual(await readdir(refused.place), ['NOT_PUSHED']);
    assert.match(await readFile(path.join(refused.place, 'NOT_PUSHED'), 'utf8'), /not blessed/);
    const unservable = await run({ blessed: 1 }, { verdict: 'INFRA_NOT_BLESSED' });
    assert.equal(unservable.result?.properties?.pushedModel?.['pushed'], 0);
  });
});

describe("Pusher's driver", () => {
  it('chooses a version above all that lineage and the destination know', async () => {
    const destination = freshDestination();
    const future = Math.floor(Date.now() / 1000) + 1000;
    await mkdir(path.join(destination, String(future)), { recursive: true });
    const lineage: LineageReader = {
      blessedModels: () => Promise.resolve([]),
      artifact: () => Promise.resolve(undefined),
      artifacts: () =>
        Promise.resolve([
          { type: 'PushedModel', id: 1, uri: '', digest: '', properties: { pushed_version: String(future + 5) } },
        ]),
    };
    const answer = await pusherDriver({
      inputs: { model: [], blessing: [], infraBlessing: [] },
      parameters: { destination },
      outputs: { pushedModel: outputPlace(path.join(root, 'unused')) },
      pipeline: 'p',
      node: 'Pusher',
      nominalTime: '',
      lineage,
      loadModule: () => Promise.resolve({}),
      signal,
    });
    assert.deepEqual(answer.parameters, { version: future + 6 });
  });

  it('takes unix seconds when nothing is there, and goes up by one within a second', () => {
    assert.equal(nextVersion([], 1700000000999), 1700000000);
    assert.equal(nextVersion([1, 1700000000], 1700000000001), 1700000001);
  });
});
