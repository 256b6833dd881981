import type { LayersModel } from '@tensorflow/tfjs-node';
import { SeededDropout } from '../components/trainer/dropout.js';
import { headLoss, regression } from '../components/trainer/heads.js';
import { denseNetwork } from '../components/trainer/network.js';
import { shuffledRows, splitMix32 } from '../components/trainer/shuffle.js';
import { startLoop } from '../components/trainer/training-loop.js';
import { loadTensorFlow } from '../graph/tensorflow/tensorflow.js';
import type { TrainingData } from '../graph/tracing/compiled-training.js';
import { namedWeights } from '../graph/tracing/trace-batched.js';
import { TrainingStep, type Network } from '../graph/tracing/training-step.js';

/*
 * Compiled training against tfjs's own loop, in one process, on data and a network of the wines' size. Run as the worker
 * does, with one thread: `TF_NUM_INTRAOP_THREADS=1 TF_NUM_INTEROP_THREADS=1 node dist/bench/training.js`.
 */
const ROWS = 3_265;
const WIDTH = 11;
const BATCH = 64;
const EPOCHS = 5;
const ADAM = { name: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } as const;

const tf = await loadTensorFlow();
const head = regression('quality');

function someData(): TrainingData {
  const random = splitMix32(1);
  const x = Float32Array.from({ length: ROWS * WIDTH }, () => random() * 2 - 1);
  const y = Float32Array.from({ length: ROWS }, (_, row) => 6 + (x[row * WIDTH] ?? 0) - (x[row * WIDTH + 3] ?? 0));
  return { x, y, rows: ROWS, width: WIDTH };
}

function describe(model: LayersModel): Network {
  const weights = namedWeights(model.weights);
  return {
    weights,
    trainable: [...weights.keys()],
    apply: (x, training) => model.apply(x, { training }) as never,
    loss: (y, output) => headLoss(tf, head, y, output),
    penalties: () => [],
  };
}

for (const layers of [
  [32, 16],
  [128, 64],
]) {
  const times: Record<string, number> = {};
  for (const compiled of [true, false]) {
    const model = denseNetwork({ layers, head }).build(tf, { width: WIDTH, outputs: 1, seed: 0 });
    const step = new TrainingStep(tf, describe(model), ADAM);
    const dropout = new SeededDropout(tf, model, 0);
    const begun = performance.now();
    const { signal } = new AbortController();
    const { loop, reason } = await startLoop(tf, step, someData(), { seed: 0, dropout, signal, compiled });
    const started = performance.now();
    await loop.epoch(shuffledRows(ROWS, 0, 0), BATCH, 0.001);
    const warm = performance.now();
    let loss = NaN;
    for (let epoch = 1; epoch <= EPOCHS; epoch += 1)
      loss = await loop.epoch(shuffledRows(ROWS, 0, epoch), BATCH, 0.001);
    const perStep = (performance.now() - warm) / (EPOCHS * Math.ceil(ROWS / BATCH));
    times[loop.mode] = perStep;
    console.log(
      `[${layers.join(', ')}] ${loop.mode.padEnd(8)} start ${(started - begun).toFixed(0)} ms, first epoch ` +
        `${(warm - started).toFixed(0)} ms, then ${perStep.toFixed(3)} ms per step; loss ${loss.toFixed(6)}` +
        (reason === undefined || !compiled ? '' : ` (${reason})`),
    );
    loop.dispose();
  }
  console.log(
    `[${layers.join(', ')}] compiled is ${((times['eager'] ?? NaN) / (times['compiled'] ?? NaN)).toFixed(1)} times faster`,
  );
}
