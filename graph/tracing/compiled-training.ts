import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Scalar, Variable } from '@tensorflow/tfjs-node';
import { writeSavedModel } from '../../formats/saved-model.js';
import { modelParts } from '../tensorflow/model-parts.js';
import { Session, type Feed } from '../tensorflow/session.js';
import type { TensorFlow } from '../tensorflow/tensorflow.js';
import { NotTraceableError } from './trace.js';
import { buildTrainingGraph, type TrainingGraph, type TrainingGraphOptions } from './training-graph.js';
import type { TrainingStep } from './training-step.js';

/** Rows to train on. */
export interface TrainingData {
  /** Row-major `[rows, width]`. */
  readonly x: Float32Array;
  /** `[rows]`. */
  readonly y: Float32Array;
  /** `[rows]`. */
  readonly weight?: Float32Array | undefined;
  readonly rows: number;
  readonly width: number;
}

const CHECK_ROWS = 5;
const PREDICTION_TOLERANCE = 1e-5;
const LOSS_TOLERANCE = 1e-4;

/** A training step as a TensorFlow graph in a session of its own, which holds weights, accumulators and the data. */
export class CompiledTraining {
  readonly #session: Session;
  readonly #nodes: TrainingGraph;
  readonly #step: TrainingStep;
  readonly #width: number;

  private constructor(session: Session, nodes: TrainingGraph, step: TrainingStep, width: number) {
    this.#session = session;
    this.#nodes = nodes;
    this.#step = step;
    this.#width = width;
  }

  /**
   * Compiles a step, checks it against tfjs on the first rows, and loads the data.
   *
   * @param deterministic - whether the loss is the same when run again (no dropout): then it is checked, too.
   * @throws NotTraceableError
   */
  static async create(
    tf: typeof TensorFlow,
    step: TrainingStep,
    data: TrainingData,
    options: Omit<TrainingGraphOptions, 'width' | 'weighted'> & { readonly deterministic: boolean },
  ): Promise<CompiledTraining> {
    const weighted = data.weight !== undefined;
    const nodes = buildTrainingGraph(tf, step, { ...options, width: data.width, weighted });
    const folder = await mkdtemp(join(tmpdir(), 'tfx-training-'));
    try {
      await writeSavedModel(folder, modelParts(nodes.graph, {}));
      const compiled = new CompiledTraining(await Session.open(folder), nodes, step, data.width);
      try {
        compiled.writeState();
        compiled.#load(data);
        compiled.#check(tf, data, options.deterministic);
        return compiled;
      } catch (error) {
        compiled.dispose();
        throw error;
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /**
   * Runs steps on rows of the data. @param rows - `[steps, batch]` row numbers. @returns the mean of the steps' losses
   */
  train(rows: Int32Array, batch: number, learningRate: number): number {
    const { train } = this.#nodes;
    const [loss] = this.#session.run(
      [
        { tensor: `${train.rows}:0`, dtype: 'int32', shape: [rows.length / batch, batch], values: rows },
        { tensor: `${train.learningRate}:0`, dtype: 'float32', shape: [], values: [learningRate] },
      ],
      [`${train.loss}:0`],
    );
    return Number(loss?.values[0]);
  }

  /** The network's outputs for a feature matrix. */
  predict(x: Float32Array): Float32Array {
    const { predict } = this.#nodes;
    const shape = [x.length / this.#width, this.#width];
    const [made] = this.#session.run(
      [{ tensor: `${predict.x}:0`, dtype: 'float32', shape, values: x }],
      [`${predict.output}:0`],
    );
    return made?.values as Float32Array;
  }

  /** Copies the session's state into tfjs's variables. */
  readState(tf: typeof TensorFlow): void {
    const names = [...this.#step.state.keys()];
    const values = this.#session.run(
      [],
      names.map((name) => `${this.#nodes.read.get(name) ?? ''}:0`),
    );
    names.forEach((name, index) => {
      const variable = this.#step.state.get(name) as Variable;
      tf.tidy(() => variable.assign(tf.tensor(values[index]?.values as Float32Array, variable.shape)));
    });
  }

  /** Copies tfjs's variables into the session. */
  writeState(): void {
    const feeds = [...this.#step.state].map(([name, variable]): Feed => ({
      tensor: `${this.#nodes.feed.get(name) ?? ''}:0`,
      dtype: 'float32',
      shape: variable.shape,
      values: variable.dataSync(),
    }));
    this.#session.run(feeds, [`${this.#nodes.assign}:0`]);
  }

  dispose(): void {
    this.#session.dispose();
  }

  #load({ x, y, weight, rows, width }: TrainingData): void {
    const { data } = this.#nodes;
    const feeds: Feed[] = [
      { tensor: `${data.x}:0`, dtype: 'float32', shape: [rows, width], values: x },
      { tensor: `${data.y}:0`, dtype: 'float32', shape: [rows, 1], values: y },
    ];
    if (weight && data.weight !== undefined)
      feeds.push({ tensor: `${data.weight}:0`, dtype: 'float32', shape: [rows], values: weight });
    this.#session.run(feeds, [`${data.load}:0`]);
  }

  /** The traced graph must do what tfjs does, at batch sizes that were not traced. */
  #check(tf: typeof TensorFlow, data: TrainingData, deterministic: boolean): void {
    const few = Math.min(CHECK_ROWS, data.rows);
    for (const rows of new Set([1, few])) {
      const x = data.x.slice(0, rows * data.width);
      const expected = tf.tidy(() => this.#step.network.apply(tf.tensor2d(x, [rows, data.width]), false).dataSync());
      expectClose('its predictions', this.predict(x), expected, PREDICTION_TOLERANCE);
    }
    if (!deterministic) return;
    const eager = tf.tidy(() => {
      const inputs = firstRows(tf, data, few);
      const before = [...this.#step.state.values()].map((variable) => variable.clone());
      const loss = this.#step.gradients(inputs.x, inputs.y, inputs.weight).loss.dataSync()[0] ?? NaN;
      [...this.#step.state.values()].forEach((variable, index) => variable.assign(before[index] as Scalar));
      return [loss];
    });
    const compiled = this.train(
      Int32Array.from({ length: few }, (_, row) => row),
      few,
      0,
    );
    this.writeState();
    expectClose('its loss', [compiled], eager, LOSS_TOLERANCE);
  }
}

function firstRows(tf: typeof TensorFlow, data: TrainingData, rows: number) {
  return {
    x: tf.tensor2d(data.x.slice(0, rows * data.width), [rows, data.width]),
    y: tf.tensor2d(data.y.slice(0, rows), [rows, 1]),
    weight: data.weight ? tf.tensor1d(data.weight.slice(0, rows)) : undefined,
  };
}

function expectClose(what: string, found: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  for (let index = 0; index < expected.length; index += 1) {
    const [one = NaN, two = NaN] = [found[index], expected[index]];
    if (Object.is(one, two)) continue;
    if (!(Math.abs(one - two) <= tolerance * Math.max(1, Math.abs(two)))) {
      throw new NotTraceableError(`compiled, ${what} differ from tfjs's (${one} against ${two})`);
    }
  }
}
