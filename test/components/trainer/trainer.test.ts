import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import type { Checkpoints } from '../../../components/implement.js';
import {
  binaryClassification,
  denseNetwork,
  layersNetwork,
  multiclassClassification,
  regression,
  type FitOptions,
  type FitResult,
  type Run,
} from '../../../components/trainer/user-api.js';
import { encodeExample } from '../../../formats/tf-example.js';
import { openSavedModel, textOf } from '../../../graph/tensorflow/saved-model-session.js';
import type { TensorData } from '../../../graph/tensorflow/session.js';
import { inputArtifact, outputPlace } from '../../support/executor-context.js';
import { examplesOf, train, type RawRows } from './train-fixture.js';

const root = await mkdtemp(path.join(tmpdir(), 'tfx-trainer-'));
after(() => rm(root, { recursive: true, force: true }));

/** y = 2a - b; kind says which of a, b, 0 is largest. */
const rows: RawRows = Array.from({ length: 240 }, (_, index) => {
  const a = Math.sin(index * 1.7);
  const b = Math.cos(index * 2.3);
  const kind = a > b && a > 0 ? 'a' : b > 0 ? 'b' : 'none';
  return { a: a.toFixed(4), b: b.toFixed(4), count: index % 7, y: (2 * a - b).toFixed(4), high: a > 0 ? 1 : 0, kind };
});
const examples = await examplesOf(root, rows);

const features = ['a', 'b', 'count'];
const wine =
  (options: FitOptions = {}): Run =>
  async ({ examples: { train: rowsToTrain, eval: validation }, fit }) => {
    const model = denseNetwork({ layers: [8], head: regression('y'), features });
    await fit(model, rowsToTrain, { validation, epochs: 8, batchSize: 16, learningRate: 0.01, ...options });
    return model;
  };

const example = (row: Record<string, unknown>) =>
  encodeExample(row as never, { a: 'float', b: 'float', count: 'int64' } as never);

describe('Trainer', () => {
  it('writes a SavedModel that answers serialized examples and named raw features alike', async () => {
    const { serving, result } = await train(root, { examples, run: wine() });
    assert.equal(result.properties?.['model']?.['training'], 'compiled');
    const model = await openSavedModel(serving);
    const request = { a: 0.5, b: -0.25, count: 3n };
    const parsed = model.predict({ examples: [example(request)] });
    const raw = model.withSignature('raw').predict({ a: [0.5], b: [-0.25], count: [3n] });
    assert.deepEqual(parsed['outputs']?.shape, [1, 1]);
    assert.deepEqual(raw['outputs']?.values, parsed['outputs'].values);
    assert.deepEqual(Object.keys(model.withSignature('raw').inputs).sort(), features);
    model.dispose();
  });

  it('gives the features as the network saw them, and the label, or NaN without one', async () => {
    const { serving } = await train(root, { examples, run: wine() });
    const model = await openSavedModel(serving, { signature: 'transform_features' });
    const request = { a: 0.5, b: -0.25, count: 3n };
    const labelled = encodeExample({ ...request, y: 1.25 }, { a: 'float', b: 'float', y: 'float' } as never);
    const got = model.predict({ examples: [example(request), labelled] });
    assert.deepEqual(got['y']?.values, Float32Array.of(NaN, 1.25));
    assert.deepEqual(got['a']?.values, Float32Array.of(0.5, 0.5));
    model.dispose();
  });

  it('takes features of any name', async () => {
    const hostile = ['fixed acidity', "Güte'; DROP TABLE x --", '^a:0', '../../b', '<b>'];
    const named: RawRows = rows.slice(0, 90).map(({ y }, index) => {
      const cells: [string, string | number | undefined][] = hostile.map((name, at) => [name, Math.sin(index + at)]);
      return Object.fromEntries([...cells, ['y', y]]);
    });
    const run: Run = async ({ examples: { train: rowsToTrain }, fit }) => {
      const model = denseNetwork({ layers: [4], head: regression('y') });
      await fit(model, rowsToTrain, { epochs: 1 });
      return model;
    };
    const { serving } = await train(root, { examples: await examplesOf(root, named), run });
    const model = await openSavedModel(serving, { signature: 'raw' });
    assert.deepEqual(Object.keys(model.inputs).sort(), [...hostile].sort());
    assert.equal(model.predict(Object.fromEntries(hostile.map((name) => [name, [0.5]])))['outputs']?.values.length, 1);
    model.dispose();
  });

  it('trains to a loss that falls, and reports it', async () => {
    let result: FitResult | undefined;
    const run: Run = async ({ examples: { train: rowsToTrain, eval: validation }, fit }) => {
      const model = denseNetwork({ layers: [16], head: regression('y'), features });
      result = await fit(model, rowsToTrain, { validation, epochs: 30, batchSize: 16, learningRate: 0.01 });
      return model;
    };
    const { result: executed } = await train(root, { examples, run });
    assert.equal(result?.history.length, 30);
    assert.ok((result.history.at(-1)?.loss ?? 1) < (result.history[0]?.loss ?? 0) / 10);
    assert.ok((executed.metrics?.['val_loss'] ?? 1) < 0.1, JSON.stringify(executed.metrics));
  });

  it('writes the same bytes when it runs again, and others with another seed', async () => {
    const run = wine();
    const [one, two, other] = [
      await train(root, { examples, run }),
      await train(root, { examples, run }),
      await train(root, { examples, run, seed: 1 }),
    ];
    const files = (await readdir(one.serving, { recursive: true, withFileTypes: true })).filter((file) =>
      file.isFile(),
    );
    assert.ok(files.length >= 4);
    for (const file of files) {
      const relative = path.relative(one.serving, path.join(file.parentPath, file.name));
      const [a, b] = await Promise.all([one, two].map(({ serving }) => readFile(path.join(serving, relative))));
      assert.deepEqual(a, b, relative);
    }
    const data = path.join('variables', 'variables.data-00000-of-00001');
    assert.notDeepEqual(await readFile(path.join(one.serving, data)), await readFile(path.join(other.serving, data)));
  });

  it('predicts classes by name, of text labels and of more than two', async () => {
    const run: Run = async ({ examples: { train: rowsToTrain }, fit }) => {
      const model = denseNetwork({ layers: [16], head: multiclassClassification('kind'), features: ['a', 'b'] });
      await fit(model, rowsToTrain, { epochs: 40, batchSize: 16, learningRate: 0.02 });
      return model;
    };
    const { serving, result } = await train(root, { examples, run });
    assert.ok((result.metrics?.['accuracy'] ?? 0) > 0.9);
    const model = await openSavedModel(serving);
    const got = model.predict({ examples: [example({ a: 0.9, b: -0.9 }), example({ a: -0.9, b: 0.9 })] });
    assert.deepEqual(textOf(got['prediction'] as TensorData), ['a', 'b']);
    assert.deepEqual(got['probabilities']?.shape, [2, 3]);
    model.dispose();
    const facts = JSON.parse(await readFile(path.join(serving, 'assets.extra', 'tfx_model.json'), 'utf8')) as object;
    assert.deepEqual((facts as { classes: unknown }).classes, ['a', 'b', 'none']);
  });

  it('predicts the probability of a binary label', async () => {
    const run: Run = async ({ examples: { train: rowsToTrain }, fit }) => {
      const head = binaryClassification('high', { classes: ['low', 'high'] });
      const model = denseNetwork({ layers: [8], head, features: ['a', 'b'] });
      await fit(model, rowsToTrain, { epochs: 40, batchSize: 16, learningRate: 0.02 });
      return model;
    };
    const { serving, result } = await train(root, { examples, run });
    assert.ok((result.metrics?.['accuracy'] ?? 0) > 0.9);
    const model = await openSavedModel(serving);
    const got = model.predict({ examples: [example({ a: 0.8, b: 0 }), example({ a: -0.8, b: 0 })] });
    assert.deepEqual(textOf(got['prediction'] as TensorData), ['high', 'low']);
    assert.deepEqual(got['probabilities']?.shape, [2, 1]);
    model.dispose();
  });

  it('says why it could not compile a network, and trains it all the same', async () => {
    const run: Run = async ({ examples: { train: rowsToTrain }, fit }) => {
      const model = layersNetwork({
        head: regression('y'),
        features: ['a', 'b'],
        build: (tf, { width }) =>
          tf.sequential({
            layers: [tf.layers.gaussianNoise({ stddev: 0.01, inputShape: [width] }), tf.layers.dense({ units: 1 })],
          }),
      });
      await fit(model, rowsToTrain, { epochs: 5, learningRate: 0.05 });
      return model;
    };
    const { result } = await train(root, { examples, run });
    assert.equal(result.properties?.['model']?.['training'], 'eager');
    assert.match(String(result.properties['model']['training_reason']), /made in JavaScript/);
    assert.ok((result.metrics?.['loss'] ?? 9) < 2);
  });

  it('compiles dropout, batch normalization and penalties', async () => {
    const run: Run = async ({ examples: { train: rowsToTrain }, fit }) => {
      const extras = { dropout: 0.2, batchNormalization: true, l2: 0.001 };
      const model = denseNetwork({ layers: [16], head: regression('y'), features, ...extras });
      await fit(model, rowsToTrain, { epochs: 20, batchSize: 16, learningRate: 0.01 });
      return model;
    };
    const [one, two] = [await train(root, { examples, run }), await train(root, { examples, run })];
    assert.equal(one.result.properties?.['model']?.['training_reason'], undefined);
    assert.equal(one.result.metrics?.['loss'], two.result.metrics?.['loss']);
    assert.ok((one.result.metrics?.['loss'] ?? 9) < 0.5);
  });

  it('ends early when the validation loss does not fall, with the best weights', async () => {
    let result: FitResult | undefined;
    const run: Run = async ({ examples: { train: rowsToTrain, eval: validation }, fit }) => {
      const model = denseNetwork({ layers: [8], head: regression('y'), features });
      const options = { epochs: 200, batchSize: 16, learningRate: 0.2, earlyStopping: { patience: 3 } };
      result = await fit(model, rowsToTrain, { validation, ...options });
      return model;
    };
    await train(root, { examples, run });
    const losses = result?.history.map((record) => record.validation?.loss ?? NaN) ?? [];
    assert.ok(losses.length < 200);
    assert.equal(result?.bestEpoch, losses.indexOf(Math.min(...losses)) + 1);
    assert.ok(Math.abs((result.metrics['val_loss'] ?? NaN) - Math.min(...losses)) < 1e-9);
  });

  it('starts from the weights of a base model', async () => {
    const base = await train(root, { examples, run: wine({ epochs: 40 }) });
    const baseModel = await inputArtifact('Model', base.path);
    const run = wine({ epochs: 1, learningRate: 1e-6 });
    const [cold, warm] = [await train(root, { examples, run }), await train(root, { examples, run, baseModel })];
    assert.ok((warm.result.metrics?.['loss'] ?? 9) < (cold.result.metrics?.['loss'] ?? 0) / 5);
  });
});

class Killed extends Error {}

/** Checkpoints of one attempt, which dies at its nth. */
function attempt(name: string, dieAt: number, resume?: { path: string; detail: unknown }) {
  let saved: unknown;
  let count = 0;
  const place = outputPlace(path.join(root, name)).path;
  const checkpoints: Checkpoints = {
    path: place,
    resume,
    save(detail) {
      saved = detail;
      count += 1;
      if (count === dieAt) throw new Killed();
    },
  };
  return { checkpoints, left: () => ({ path: place, detail: saved }) };
}

describe('a training that is killed', () => {
  for (const compiled of [true, false]) {
    const how = compiled ? 'compiled' : 'eager';
    it(`goes on from its checkpoint to the very same model, ${how}`, async () => {
      const extras = { dropout: 0.1 };
      const run: Run = async ({ examples: { train: rowsToTrain, eval: validation }, fit }) => {
        const model = denseNetwork({ layers: [8], head: regression('y'), features, ...extras });
        await fit(model, rowsToTrain, { validation, epochs: 6, batchSize: 16, compiled, earlyStopping: true });
        return model;
      };
      const whole = await train(root, { examples, run });
      const first = attempt(`${how}-1`, 2);
      await assert.rejects(train(root, { examples, run, checkpoints: first.checkpoints }), Killed);
      const second = attempt(`${how}-2`, 3, first.left());
      await assert.rejects(train(root, { examples, run, checkpoints: second.checkpoints }), Killed);
      const third = attempt(`${how}-3`, Infinity, second.left());
      const resumed = await train(root, { examples, run, checkpoints: third.checkpoints });
      assert.deepEqual(resumed.result.metrics, whole.result.metrics);
      const data = path.join('variables', 'variables.data-00000-of-00001');
      assert.deepEqual(
        await readFile(path.join(resumed.serving, data)),
        await readFile(path.join(whole.serving, data)),
      );
    });
  }

  it('stops when it is cancelled', async () => {
    const control = new AbortController();
    const checkpoints = attempt('cancelled', Infinity).checkpoints;
    const stopping = {
      ...checkpoints,
      save: () => {
        control.abort(new Error('cancelled'));
      },
    };
    const run = wine({ epochs: 1000 });
    await assert.rejects(train(root, { examples, run, checkpoints: stopping, signal: control.signal }), /cancelled/);
  });
});

describe('Trainer refuses', () => {
  const cases: [string, Run, string, RegExp][] = [
    [
      'a module without a trained model',
      () => denseNetwork({ layers: [], head: regression('y') }),
      'TRAINER_MODULE_INVALID',
      /did not return/,
    ],
    [
      'an unknown label',
      async ({ examples: e, fit }) => {
        const model = denseNetwork({ layers: [], head: regression('price') });
        await fit(model, e.train);
        return model;
      },
      'TRAINER_FEATURE_UNKNOWN',
      /no column "price"/,
    ],
    [
      'text as a feature',
      async ({ examples: e, fit }) => {
        const model = denseNetwork({ layers: [], head: regression('y'), features: ['kind'] });
        await fit(model, e.train);
        return model;
      },
      'TRAINER_FEATURE_UNKNOWN',
      /holds text/,
    ],
    [
      'a binary label of other numbers',
      async ({ examples: e, fit }) => {
        const model = denseNetwork({ layers: [], head: binaryClassification('count') });
        await fit(model, e.train);
        return model;
      },
      'TRAINER_LABEL_INVALID',
      /must be 0 or 1/,
    ],
    [
      'a batch size of 0',
      async ({ examples: e, fit }) => {
        const model = denseNetwork({ layers: [], head: regression('y') });
        await fit(model, e.train, { batchSize: 0 });
        return model;
      },
      'TRAINER_OPTION_INVALID',
      /batchSize/,
    ],
    [
      'a loss that explodes',
      async ({ examples: e, fit }) => {
        const model = denseNetwork({ layers: [8], head: regression('y') });
        await fit(model, e.train, { learningRate: 1e12, optimizer: 'sgd' });
        return model;
      },
      'TRAINER_DIVERGED',
      /epoch/,
    ],
  ];
  for (const [title, run, code, message] of cases) {
    it(title, async () => {
      await assert.rejects(train(root, { examples, run }), { code, message });
    });
  }
});
