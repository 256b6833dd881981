import { setImmediate } from 'node:timers/promises';
import type { Scalar } from '@tensorflow/tfjs-node';
import { PipelineError } from '../../errors/pipeline-error.js';
import type { TensorFlow } from '../../graph/tensorflow/tensorflow.js';
import { CompiledTraining, type TrainingData } from '../../graph/tracing/compiled-training.js';
import { ITERATIONS, type TrainingStep } from '../../graph/tracing/training-step.js';
import { NotTraceableError } from '../../graph/tracing/trace.js';
import { isPipelineError } from '../../errors/pipeline-error.js';
import type { SeededDropout } from './dropout.js';

/** Trains on batches of rows, in a way of its own. */
export interface TrainingLoop {
  readonly mode: 'compiled' | 'eager';
  /** Trains on `rows` in order, `batchSize` at a time. @returns the mean loss of the rows */
  epoch(rows: Int32Array, batchSize: number, learningRate: number): Promise<number>;
  /** The network's outputs, row-major. */
  predict(x: Float32Array): Float32Array;
  /** Brings tfjs's variables up to date. */
  pull(): void;
  /** Takes over tfjs's variables. */
  push(): void;
  dispose(): void;
}

export interface LoopOptions {
  readonly seed: number;
  readonly dropout: SeededDropout;
  readonly signal: AbortSignal;
}

/** Compiles the step where that works; else the loop is tfjs's, with the reason. */
export async function startLoop(
  tf: typeof TensorFlow,
  step: TrainingStep,
  data: TrainingData,
  options: LoopOptions & { readonly compiled: boolean },
): Promise<{ loop: TrainingLoop; reason?: string }> {
  if (!options.compiled) return { loop: eagerLoop(tf, step, data, options), reason: 'the module asked for it' };
  try {
    const deterministic = options.dropout.layers === 0;
    const compiled = await CompiledTraining.create(tf, step, data, { seed: options.seed, deterministic });
    return { loop: compiledLoop(tf, step, compiled, options.signal) };
  } catch (error) {
    const reason = fallbackReason(error);
    if (reason === undefined) throw error;
    return { loop: eagerLoop(tf, step, data, options), reason };
  }
}

function fallbackReason(error: unknown): string | undefined {
  if (error instanceof NotTraceableError) return error.message;
  if (!isPipelineError(error)) return undefined;
  return error.code === 'MODEL_RUN_FAILED' || error.code === 'MODEL_UNREADABLE' ? error.what : undefined;
}

/** Steps per call: the loop comes back to look for a cancellation several times a second. */
function stepsPerCall(step: TrainingStep, batchSize: number): number {
  let weights = 0;
  for (const variable of step.network.weights.values()) weights += variable.size;
  return Math.min(256, Math.max(1, Math.floor(4e8 / (batchSize * (weights + 1_000)))));
}

function compiledLoop(
  tf: typeof TensorFlow,
  step: TrainingStep,
  compiled: CompiledTraining,
  signal: AbortSignal,
): TrainingLoop {
  return {
    mode: 'compiled',
    async epoch(rows, batchSize, learningRate) {
      const whole = rows.length - (rows.length % batchSize);
      const chunk = stepsPerCall(step, batchSize) * batchSize;
      let sum = 0;
      for (let from = 0; from < whole; from += chunk) {
        const to = Math.min(whole, from + chunk);
        sum += compiled.train(rows.subarray(from, to), batchSize, learningRate) * (to - from);
        await breathe(signal);
      }
      const rest = rows.length - whole;
      if (rest > 0) sum += compiled.train(rows.subarray(whole), rest, learningRate) * rest;
      return sum / rows.length;
    },
    predict: (x) => compiled.predict(x),
    pull: () => {
      compiled.readState(tf);
    },
    push: () => {
      compiled.writeState();
    },
    dispose: () => {
      compiled.dispose();
    },
  };
}

function eagerLoop(tf: typeof TensorFlow, step: TrainingStep, data: TrainingData, options: LoopOptions): TrainingLoop {
  const batch = (rows: Int32Array, learningRate: number) =>
    tf.tidy(() => {
      const x = new Float32Array(rows.length * data.width);
      rows.forEach((row, at) => x.set(data.x.subarray(row * data.width, (row + 1) * data.width), at * data.width));
      const y = Float32Array.from(rows, (row) => data.y[row] ?? NaN);
      const weight = data.weight ? tf.tensor1d(Float32Array.from(rows, (row) => data.weight?.[row] ?? 0)) : undefined;
      options.dropout.step = step.state.get(ITERATIONS)?.dataSync()[0] ?? 0;
      const inputs = [tf.tensor2d(x, [rows.length, data.width]), tf.tensor2d(y, [rows.length, 1])] as const;
      const loss: Scalar = step.run(...inputs, weight, tf.scalar(learningRate));
      return [loss.dataSync()[0] ?? NaN] as unknown as Scalar;
    }) as unknown as [number];
  return {
    mode: 'eager',
    async epoch(rows, batchSize, learningRate) {
      let sum = 0;
      for (let from = 0; from < rows.length; from += batchSize) {
        const taken = rows.subarray(from, from + batchSize);
        sum += batch(taken, learningRate)[0] * taken.length;
        await breathe(options.signal);
      }
      return sum / rows.length;
    },
    predict: (x) => {
      const [output] = tf.tidy(() => {
        const inputs = tf.tensor2d(x, [x.length / data.width, data.width]);
        return [step.network.apply(inputs, false).dataSync()] as never;
      }) as unknown as [Float32Array];
      return output;
    },
    pull: () => undefined,
    push: () => undefined,
    dispose: () => undefined,
  };
}

/** Lets messages in (a cancellation, a request to stop), and stops when one came. */
async function breathe(signal: AbortSignal): Promise<void> {
  await setImmediate();
  signal.throwIfAborted();
}

/** @throws TRAINER_DIVERGED */
export function requireFinite(loss: number, epoch: number): void {
  if (Number.isFinite(loss)) return;
  throw new PipelineError('TRAINER_DIVERGED', {
    what: `In epoch ${epoch} the loss became ${String(loss)}.`,
    details: { epoch },
  });
}
