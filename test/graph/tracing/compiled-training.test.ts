import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LayersModel, Scalar, Tensor } from '@tensorflow/tfjs-node';
import { loadTensorFlow } from '../../../graph/tensorflow/tensorflow.js';
import { CompiledTraining, type TrainingData } from '../../../graph/tracing/compiled-training.js';
import type { Optimizer } from '../../../graph/tracing/optimizer.js';
import { namedWeights } from '../../../graph/tracing/trace-batched.js';
import { TrainingStep, type Network } from '../../../graph/tracing/training-step.js';

const tf = await loadTensorFlow();
const ROWS = 256;
const WIDTH = 6;
const BATCH = 32;

function network(model: LayersModel): Network {
  const weights = namedWeights(model.weights);
  const trainable = new Set(model.trainableWeights.map((weight) => weight.read().id));
  return {
    weights,
    trainable: [...weights].filter(([, weight]) => trainable.has(weight.id)).map(([name]) => name),
    apply: (x, training) => model.apply(x, { training }) as Tensor,
    loss: (y, output, weight) => {
      const squared = tf.squaredDifference(y, output);
      return tf.mean<Scalar>(weight ? tf.mul(squared, tf.expandDims(weight, 1)) : squared);
    },
    penalties: () => [],
  };
}

function dense(normalized = false): LayersModel {
  const seeded = (seed: number) => tf.initializers.glorotUniform({ seed });
  const layers = [tf.layers.dense({ units: 8, activation: 'relu', inputShape: [WIDTH], kernelInitializer: seeded(1) })];
  if (normalized) layers.push(tf.layers.batchNormalization() as never);
  layers.push(tf.layers.dense({ units: 1, kernelInitializer: seeded(2) }));
  return tf.sequential({ layers });
}

function someData(weighted = false): TrainingData {
  const x = tf.randomNormal([ROWS, WIDTH], 0, 1, 'float32', 7).dataSync() as Float32Array;
  const y = Float32Array.from(
    { length: ROWS },
    (_, row) => (x[row * WIDTH] ?? 0) * 2 + Math.sin(x[row * WIDTH + 1] ?? 0),
  );
  const weight = weighted ? Float32Array.from({ length: ROWS }, (_, row) => (row % 3) / 2) : undefined;
  return { x, y, weight, rows: ROWS, width: WIDTH };
}

/** Steps of `BATCH` rows in order. */
const order = (steps: number) => Int32Array.from({ length: steps * BATCH }, (_, index) => index % ROWS);

function trainEagerly(step: TrainingStep, data: TrainingData, steps: number, rate: number): number {
  const x = tf.tensor2d(data.x, [ROWS, WIDTH]);
  const y = tf.tensor2d(data.y, [ROWS, 1]);
  let sum = 0;
  for (let at = 0; at < steps; at += 1) {
    const rows = tf.tensor1d(order(steps).slice(at * BATCH, (at + 1) * BATCH), 'int32');
    const weight = data.weight ? tf.gather(tf.tensor1d(data.weight), rows) : undefined;
    sum += step.run(tf.gather(x, rows), tf.gather(y, rows), weight, tf.scalar(rate)).dataSync()[0] ?? NaN;
  }
  return sum / steps;
}

const optimizers: Record<string, Optimizer> = {
  Adam: { name: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
  'stochastic gradient descent': { name: 'sgd', momentum: 0, nesterov: false },
  'momentum after Nesterov': { name: 'sgd', momentum: 0.9, nesterov: true },
  RMSprop: { name: 'rmsprop', rho: 0.9, momentum: 0, epsilon: 1e-7 },
  Adagrad: { name: 'adagrad', initialAccumulator: 0.1, epsilon: 1e-7 },
};

async function bothWays(model: LayersModel, optimizer: Optimizer, data: TrainingData, steps = 40) {
  const net = network(model);
  const step = new TrainingStep(tf, net, optimizer);
  const compiled = await CompiledTraining.create(tf, step, data, { seed: 1, deterministic: true });
  const compiledLoss = compiled.train(order(steps), BATCH, 0.01);
  const x = data.x.slice(0, 10 * WIDTH);
  const compiledOutput = compiled.predict(x);
  const eagerLoss = trainEagerly(step, data, steps, 0.01);
  const eagerOutput = (model.predict(tf.tensor2d(x, [10, WIDTH])) as Tensor).dataSync();
  compiled.dispose();
  return { compiledLoss, eagerLoss, compiledOutput, eagerOutput };
}

function assertClose(found: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  assert.equal(found.length, expected.length);
  for (let i = 0; i < expected.length; i += 1) {
    const [one = NaN, two = NaN] = [found[i], expected[i]];
    assert.ok(Math.abs(one - two) <= tolerance, `${one} against ${two}`);
  }
}

describe('forty compiled steps end where forty steps of tfjs end, with', () => {
  for (const [title, optimizer] of Object.entries(optimizers)) {
    it(title, async () => {
      const got = await bothWays(dense(), optimizer, someData());
      assertClose([got.compiledLoss], [got.eagerLoss], 1e-5);
      assertClose(got.compiledOutput, got.eagerOutput, 1e-5);
    });
  }

  it('batch normalization, whose moving averages move along', async () => {
    const got = await bothWays(dense(true), optimizers['stochastic gradient descent'] as Optimizer, someData());
    assertClose([got.compiledLoss], [got.eagerLoss], 1e-4);
    assertClose(got.compiledOutput, got.eagerOutput, 1e-3);
  });

  it('weights of examples', async () => {
    const got = await bothWays(dense(), optimizers['Adam'] as Optimizer, someData(true));
    assertClose([got.compiledLoss], [got.eagerLoss], 1e-5);
    assertClose(got.compiledOutput, got.eagerOutput, 1e-5);
  });
});

describe('CompiledTraining', () => {
  it('moves each weight by the learning rate in the first step of Adam, as Keras does', async () => {
    // Kingma and Ba (2015), section 2.1: the first step's size is the learning rate whatever the gradient.
    const model = tf.sequential({
      layers: [tf.layers.dense({ units: 1, inputShape: [1], kernelInitializer: 'ones' })],
    });
    const step = new TrainingStep(tf, network(model), optimizers['Adam'] as Optimizer);
    const data = { x: Float32Array.of(1, 2, 3), y: Float32Array.of(2, 4, 6), rows: 3, width: 1 };
    const compiled = await CompiledTraining.create(tf, step, data, { seed: 1, deterministic: true });
    const loss = compiled.train(Int32Array.of(0, 1, 2), 3, 0.1);
    assertClose([loss], [14 / 3], 1e-6);
    assertClose(compiled.predict(Float32Array.of(0, 1)), [0.1, 1.2], 1e-5);
    compiled.dispose();
  });

  it('goes on from a state that was read out, bit by bit', async () => {
    const data = someData();
    const step = new TrainingStep(tf, network(dense()), optimizers['Adam'] as Optimizer);
    const whole = await CompiledTraining.create(tf, step, data, { seed: 1, deterministic: true });
    whole.train(order(20), BATCH, 0.01);
    whole.readState(tf);
    const resumed = await CompiledTraining.create(tf, step, data, { seed: 1, deterministic: true });
    const losses = [whole, resumed].map((training) => training.train(order(20), BATCH, 0.01));
    assert.equal(losses[0], losses[1]);
    assert.deepEqual(whole.predict(data.x), resumed.predict(data.x));
    whole.dispose();
    resumed.dispose();
  });

  it('says why a network cannot be compiled', async () => {
    const looking: Network = {
      ...network(dense()),
      penalties: () => [tf.scalar(tf.ones([1]).add(1).dataSync()[0] ?? 0)],
    };
    const step = new TrainingStep(tf, looking, optimizers['Adam'] as Optimizer);
    await assert.rejects(CompiledTraining.create(tf, step, someData(), { seed: 1, deterministic: true }), {
      name: 'NotTraceableError',
      message: /reads computed values/,
    });
  });
});
