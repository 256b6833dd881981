import assert from 'node:assert/strict';
import { cp, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeExample } from '../../formats/tf-example.js';
import { startModelServer, type ModelServer } from '../../serving/model-server.js';
import { temporaryFolder } from '../support/executor-context.js';
import { writeTinyModel, type TinyModel } from '../support/tiny-model.js';

const root = temporaryFolder('serving');
const servers: ModelServer[] = [];
after(async () => {
  await Promise.all(servers.map((server) => server.close()));
  await rm(root, { recursive: true, force: true });
});

let count = 0;

/** Puts a version where a server finds it, whole at once, as Pusher does. */
async function addVersion(basePath: string, version: number, model: TinyModel): Promise<void> {
  const staged = await writeTinyModel(path.join(root, `staged-${++count}`), model);
  await mkdir(basePath, { recursive: true });
  await rename(staged, path.join(basePath, String(version)));
}

async function serve(name: string, basePath: string, options = {}): Promise<ModelServer> {
  const server = await startModelServer({ models: [{ name, basePath }], port: 0, pollMs: 25, ...options });
  servers.push(server);
  return server;
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 800; i++) {
    if (await holds()) return;
    await sleep(25);
  }
  assert.fail(`waited in vain until ${what}`);
}

const line = (slope: number): TinyModel => ({ head: 'regression', slopes: [slope], biases: [0] });

async function call(url: string, body?: unknown) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(url, body === undefined ? {} : { method: 'POST', body: text });
  return { status: response.status, text: await response.text(), version: response.headers.get('x-model-version') };
}

const b64 = (x: number) => ({ b64: Buffer.from(encodeExample({ x }, { x: 'float' })).toString('base64') });

describe('the model server', () => {
  let server: ModelServer;
  let model = '';
  before(async () => {
    const basePath = path.join(root, 'line');
    await addVersion(basePath, 3, line(2));
    server = await serve('line', basePath, { labels: { line: { stable: 3, gone: 1 } }, bodyLimitBytes: 10_000 });
    model = `${server.url}/v1/models/line`;
    await until('the model is available', () => server.models.get('line')?.isAvailable() ?? false);
  });

  const predict = (body: unknown, at = ':predict') => call(`${model}${at}`, body);
  const error = async (body: unknown, at?: string) => {
    const { status, text } = await predict(body, at);
    return [status, (JSON.parse(text) as { error: string }).error] as const;
  };

  it('tells status and signatures in the words of TensorFlow Serving', async () => {
    for (const at of ['', '/versions/3', '/labels/stable']) {
      const { status, text } = await call(model + at);
      assert.equal(status, 200);
      assert.deepEqual(JSON.parse(text), {
        model_version_status: [{ version: '3', state: 'AVAILABLE', status: { error_code: 'OK', error_message: '' } }],
      });
    }
    const metadata = JSON.parse((await call(`${model}/metadata`)).text) as {
      model_spec: unknown;
      metadata: { signature_def: { signature_def: Record<string, { inputs: unknown; method_name: string }> } };
    };
    assert.deepEqual(metadata.model_spec, { name: 'line', signature_name: '', version: '3' });
    const { serving_default: signature } = metadata.metadata.signature_def.signature_def;
    assert.equal(signature?.method_name, 'tensorflow/serving/predict');
    assert.deepEqual(signature.inputs, {
      examples: {
        dtype: 'DT_STRING',
        tensor_shape: { dim: [{ size: '-1', name: '' }], unknown_rank: false },
        name: 'examples:0',
      },
    });
  });

  it('predicts rows and columns of serialized tf.Examples, by latest, version and label', async () => {
    const expected = { predictions: [[3], [-0.5]] };
    for (const at of [':predict', '/versions/3:predict', '/labels/stable:predict', ':PREDICT']) {
      const answer = await predict({ instances: [b64(1.5), b64(-0.25)] }, at);
      assert.equal(answer.status, 200, answer.text);
      assert.deepEqual(JSON.parse(answer.text), expected);
      assert.equal(answer.version, '3');
    }
    const named = await predict({ instances: [{ examples: b64(1.5) }] });
    assert.deepEqual(JSON.parse(named.text), { predictions: [[3]] });
    const columns = await predict({ inputs: { examples: [b64(1.5), b64(-0.25)] } });
    assert.deepEqual(JSON.parse(columns.text), { outputs: [[3], [-0.5]] });
  });

  it('predicts named raw tensors by their signature', async () => {
    const rows = await predict({ signature_name: 'raw', instances: [1, 2.5] });
    assert.match(rows.text, /"predictions": \[\[2\.0\], \[5\.0\]\]/);
    const columns = await predict({ signature_name: 'raw', inputs: { x: [1, 2.5] } });
    assert.deepEqual(JSON.parse(columns.text), { outputs: [[2], [5]] });
  });

  it('takes plain objects of features where tf.Examples are expected; null and absent are missing', async () => {
    const { text } = await predict({ instances: [{ x: 4 }, { x: null }, {}] });
    assert.deepEqual(JSON.parse(text), { predictions: [[8], [0], [0]] });
    const unknown = await error({ instances: [{ x: 1 }, { z: 1 }] });
    assert.deepEqual(unknown, [
      400,
      "Failed to process element: 1 key: z of 'instances' list. Error: the model has no such feature; it has x",
    ]);
    const [status, message] = await error({ instances: [{ x: 'big' }] });
    assert.equal(status, 400);
    assert.match(message, /element: 0 key: x .* JSON Value: "big" Type: String is not of expected type: float$/);
  });

  it('gives several outputs by name and reads and writes NaN and infinities', async () => {
    const { text } = await predict({ signature_name: 'transform_features', instances: [b64(1)] });
    assert.match(text, /"predictions": \[\{"x": \[1\.0\], "y": \[NaN\]\}\]/);
    const infinite = await predict('{"signature_name": "raw", "instances": [Infinity, -Infinity, NaN, 0.1]}');
    assert.match(infinite.text, /\[\[Infinity\], \[-Infinity\], \[NaN\], \[0\.2\]\]/);
  });

  it('refuses what it cannot read with the messages and codes of TensorFlow Serving', async () => {
    assert.deepEqual(await error(''), [400, 'JSON Parse error: The document is empty']);
    assert.deepEqual(await error([1]), [400, 'JSON Value: [1] Is not object']);
    assert.deepEqual(await error({}), [400, "Missing 'inputs' or 'instances' key"]);
    assert.match((await error('{"instances": [1'))[1], /^JSON Parse error: /);
    assert.match((await error({ instances: [], inputs: [] }))[1], /only one of 'inputs' or 'instances'/);
    assert.match((await error({ instances: [] }))[1], /No values in 'instances' array/);
    assert.deepEqual(await error({ signature_name: 'other', instances: [1] }), [
      400,
      'Serving signature name: "other" not found in signature def',
    ]);
    assert.deepEqual(await error({ signature_name: 'raw', instances: ['a'] }), [
      400,
      'Failed to process element: 0 of \'instances\' list. Error: JSON Value: "a" Type: String is not of expected type: float',
    ]);
    assert.match(
      (await error({ signature_name: 'raw', instances: [1, [2]] }))[1],
      /Expecting shape \[\] but got: \[1\]/,
    );
    assert.match((await error({ instances: [{ b64: '%' }] }))[1], /Unable to base64 decode/);
    assert.match((await error({ instances: [{ b64: 'AAAA' }] }))[1], /TensorFlow/);
    assert.match((await error({ signature_name: 'raw', instances: [16777217] }))[1], /without loss of precision/);
  });

  it('answers 404 for models and versions that it does not serve, 400 for paths it does not know', async () => {
    const at = (place: string) => `${server.url}/v1/models/${place}`;
    assert.match((await call(at('other'))).text, /Could not find any versions of model other/);
    assert.match((await call(at('line/versions/7'))).text, /Could not find version 7 of model line/);
    const unserved = await call(at('line/versions/7:predict'), { instances: [1] });
    assert.deepEqual(
      [unserved.status, JSON.parse(unserved.text)],
      [404, { error: 'Servable not found for request: Specific(line, 7)' }],
    );
    assert.match((await call(at('other:predict'), {})).text, /Servable not found for request: Latest\(other\)/);
    const odd = await call(`${server.url}/v1/modells/line:predict`, {});
    assert.deepEqual(
      [odd.status, JSON.parse(odd.text)],
      [400, { error: 'Malformed request: POST /v1/modells/line:predict' }],
    );
    assert.match((await call(at('line/labels/beta'))).text, /Unrecognized servable version label: beta/);
    assert.match((await call(at('line:classify'), {})).text, /Expected classification signature/);
  });

  it('limits bodies, and is healthy and ready', async () => {
    assert.equal((await predict({ instances: ['x'.repeat(20_000)] })).status, 413);
    assert.equal((await call(`${server.url}/healthz`)).status, 200);
    assert.equal((await call(`${server.url}/readyz`)).status, 200);
  });

  it('answers many requests at once, each with its own rows, while one among them is bad', async () => {
    const numbers = Array.from({ length: 200 }, (_, i) => i);
    const answers = await Promise.all(
      numbers.map((i) => predict({ instances: i === 100 ? [{ b64: 'AAAA' }] : [b64(i), b64(-i)] })),
    );
    answers.forEach(({ status, text }, i) => {
      if (i === 100) assert.equal(status, 400);
      else assert.deepEqual(JSON.parse(text), { predictions: [[2 * i], [-2 * i]] });
    });
  });
});

describe('the model server, when versions change', () => {
  it('answers 404 until the first version is there, then serves it', async () => {
    const basePath = path.join(root, 'late');
    const server = await serve('late', basePath);
    const url = `${server.url}/v1/models/late:predict`;
    assert.equal((await call(url, { instances: [b64(1)] })).status, 404);
    assert.equal((await call(`${server.url}/readyz`)).status, 503);
    await addVersion(basePath, 1, line(1));
    await until('it serves', async () => (await call(url, { instances: [b64(1)] })).status === 200);
  });

  it('loses no request and mixes no versions while a new one takes over', async () => {
    const basePath = path.join(root, 'changing');
    await addVersion(basePath, 1, line(1));
    const server = await serve('changing', basePath);
    await until('version 1 is available', () => server.models.get('changing')?.isAvailable() ?? false);
    const url = `${server.url}/v1/models/changing:predict`;
    const seen = new Set<string>();
    let stop = false;
    const client = async () => {
      while (!stop) {
        const { status, text, version } = await call(url, { instances: [b64(10)] });
        assert.equal(status, 200, text);
        const [[answer]] = (JSON.parse(text) as { predictions: [[number]] }).predictions;
        assert.equal(answer, 10 * Number(version));
        seen.add(String(version));
      }
    };
    const clients = [client(), client(), client(), client()];
    for (const version of [2, 3]) {
      await addVersion(basePath, version, line(version));
      await until(`version ${version} answers`, () => seen.has(String(version)));
    }
    stop = true;
    await Promise.all(clients);
    assert.deepEqual([...seen].sort(), ['1', '2', '3']);
    const states = () =>
      server.models
        .get('changing')
        ?.statuses()
        .map(({ version, state }) => `${version} ${state}`);
    // The old version ends once its last requests are answered.
    await until('version 2 has ended', () => states()?.[1] === '2 END');
    assert.deepEqual(states(), ['3 AVAILABLE', '2 END', '1 END']);
  });

  it('goes on with the old version when the new one cannot be loaded, and says why', async () => {
    const basePath = path.join(root, 'broken');
    await addVersion(basePath, 1, line(1));
    const server = await serve('broken', basePath);
    await until('version 1 is available', () => server.models.get('broken')?.isAvailable() ?? false);
    await mkdir(path.join(basePath, '2'));
    await writeFile(path.join(basePath, '2', 'saved_model.pb'), 'this is no model');
    await until('version 2 has failed', () => server.models.get('broken')?.statuses()[0]?.state === 'END');
    assert.match(server.models.get('broken')?.statuses()[0]?.error ?? '', /cannot be read as a SavedModel/);
    const answer = await call(`${server.url}/v1/models/broken:predict`, { instances: [b64(7)] });
    assert.equal(answer.version, '1');
    await addVersion(basePath, 3, line(3));
    await until('version 3 is available', () => server.models.get('broken')?.statuses()[0]?.state === 'AVAILABLE');
  });

  it('goes back to the version before when the newest is removed', async () => {
    const basePath = path.join(root, 'rollback');
    await addVersion(basePath, 1, line(1));
    await addVersion(basePath, 2, line(2));
    const server = await serve('rollback', basePath);
    const version = () =>
      server.models
        .get('rollback')
        ?.statuses()
        .find(({ state }) => state === 'AVAILABLE')?.version;
    await until('version 2 is available', () => version() === 2);
    await cp(path.join(basePath, '2'), path.join(root, 'kept'), { recursive: true });
    await rm(path.join(basePath, '2'), { recursive: true });
    await until('version 1 is available', () => version() === 1);
  });
});
