import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LayersModel, Tensor, Variable } from '@tensorflow/tfjs-node';
import { PipelineError } from '../../errors/pipeline-error.js';
import type { TensorFlow } from '../../graph/tensorflow/tensorflow.js';
import { namedWeights } from '../../graph/tracing/trace-batched.js';
import { TrainingStep, type Network } from '../../graph/tracing/training-step.js';
import type { Checkpoints, ProgressReport } from '../implement.js';
import { SeededDropout } from './dropout.js';
import { checkFitOptions, type CheckedFitOptions, type FitOptions } from './fit-options.js';
import { measure, type Measured } from './head-metrics.js';
import { headLoss, type Head } from './heads.js';
import { applyToMatrix, type TrainableModel } from './network.js';
import { shuffledRows } from './shuffle.js';
import type { FitResult, TrainedModel } from './trained-model.js';
import {
  readTrainingCheckpoint,
  writeCheckpoint,
  type EpochRecord,
  type SavedState,
  type TrainingProgress,
} from './training-checkpoint.js';
import type { FeatureMatrix, TrainingExamples } from './training-examples.js';
import { requireFinite, startLoop, type TrainingLoop } from './training-loop.js';

/** What `fit` needs of the execution that it is part of. */
export interface TrainingContext {
  readonly tf: typeof TensorFlow;
  readonly seed: number;
  readonly checkpoints: Checkpoints;
  readonly progress: (report: ProgressReport) => void;
  readonly signal: AbortSignal;
  /** Weights of the base model by name. */
  readonly warmStart?: SavedState | undefined;
  /** The vocabulary of a transformed label. */
  readonly labelClasses: (label: string) => readonly string[] | undefined;
}

/** How many rows the exported model is checked with. */
const SAMPLE_ROWS = 64;

/** Trains models one after another within one execution, and remembers them. */
export class Fitting {
  readonly #context: TrainingContext;
  readonly #trained = new Map<TrainableModel, TrainedModel>();
  #calls = 0;

  constructor(context: TrainingContext) {
    this.#context = context;
  }

  /** The model as `fit` left it. */
  trained(model: TrainableModel): TrainedModel | undefined {
    return this.#trained.get(model);
  }

  /**
   * Trains a model: compiled into a TensorFlow graph where that works. After each epoch it measures the validation
   * split, reports progress, and keeps a checkpoint from which a later attempt goes on with the same result.
   *
   * @throws TRAINER_OPTION_INVALID, TRAINER_FEATURE_UNKNOWN, TRAINER_NO_ROWS, TRAINER_LABEL_INVALID, TRAINER_DIVERGED
   */
  async fit(model: TrainableModel, examples: TrainingExamples, options: FitOptions = {}): Promise<FitResult> {
    const { tf, seed } = this.#context;
    const checked = checkFitOptions(options);
    const call = this.#calls;
    this.#calls += 1;
    const { head } = model;
    const classes = await this.#classes(head, examples);
    const data = await loadRows(examples, { head, classes, features: model.features, weight: options.weight });
    const outputs = outputsOf(head, classes, data.y);
    checkLabels(head, data.y, outputs);
    const validation = await loadValidation(options, { head, classes, outputs, columns: data.columns });
    const network = model.build(tf, { width: data.width, outputs, seed });
    const described = describeNetwork(tf, network, head, data);
    this.#warmStart(described.weights);
    const dropout = new SeededDropout(tf, network, seed);
    const step = new TrainingStep(tf, described, checked.optimizer);
    const started = await startLoop(tf, step, data, { ...checked, seed, dropout, signal: this.#context.signal });
    try {
      const run = new FitRun({
        context: this.#context,
        loop: started.loop,
        step,
        head,
        data,
        validation,
        checked,
        call,
      });
      const { history, bestEpoch } = await run.train();
      const metrics = finalMetrics(started.loop, head, data, validation);
      const result: FitResult = {
        history,
        bestEpoch,
        metrics,
        rows: data.rows,
        training: started.loop.mode,
        ...(started.reason === undefined ? {} : { reason: started.reason }),
      };
      const sample = data.x.slice(0, SAMPLE_ROWS * data.width);
      const { columns, width } = data;
      this.#trained.set(model, { ...described, head, classes, network, columns, width, outputs, sample, result });
      return result;
    } finally {
      started.loop.dispose();
      step.dispose();
    }
  }

  async #classes(head: Head, examples: TrainingExamples): Promise<readonly string[] | undefined> {
    if (head.kind === 'regression') return undefined;
    return head.classes ?? this.#context.labelClasses(head.label) ?? (await examples.classes(head.label));
  }

  /** Takes over the base model's weights where name and shape agree. */
  #warmStart(weights: ReadonlyMap<string, Variable>): void {
    const { tf, warmStart } = this.#context;
    for (const [name, weight] of weights) {
      const saved = warmStart?.get(name);
      if (saved && saved.shape.join() === weight.shape.join()) assign(tf, weight, saved.values);
    }
  }
}

interface FitRunFacts {
  readonly context: TrainingContext;
  readonly loop: TrainingLoop;
  readonly step: TrainingStep;
  readonly head: Head;
  readonly data: FeatureMatrix;
  readonly validation: FeatureMatrix | undefined;
  readonly checked: CheckedFitOptions;
  readonly call: number;
}

/** The epochs of one call of `fit`. */
class FitRun {
  readonly #facts: FitRunFacts;
  readonly #file: string;
  #best: SavedState | undefined;

  constructor(facts: FitRunFacts) {
    this.#facts = facts;
    this.#file = `fit-${facts.call}.checkpoint`;
  }

  async train(): Promise<{ history: readonly EpochRecord[]; bestEpoch: number }> {
    const { checked, loop } = this.#facts;
    let progress = await this.#resume();
    while (!progress.finished && progress.history.length < checked.epochs) {
      progress = this.#judge(progress, await this.#epoch(progress.history.length));
      await this.#keep(progress);
    }
    const { best, history } = progress;
    if (this.#best && best) {
      this.#restore(this.#best);
      loop.push();
      return { history, bestEpoch: best.epoch };
    }
    loop.pull();
    return { history, bestEpoch: history.length };
  }

  async #epoch(index: number): Promise<EpochRecord> {
    const { loop, data, checked, context, head, validation } = this.#facts;
    const order = checked.shuffle
      ? shuffledRows(data.rows, context.seed, index)
      : Int32Array.from({ length: data.rows }, (_, row) => row);
    const loss = await loop.epoch(order, checked.batchSize, checked.learningRate(index));
    requireFinite(loss, index + 1);
    const measured = validation
      ? measure(head, loop.predict(validation.x), validation.y, validation.weight)
      : undefined;
    const shown = measured ? `, validation ${measured.loss.toPrecision(4)}` : '';
    context.progress({
      phase: 'train',
      done: index + 1,
      total: checked.epochs,
      unit: 'epochs',
      message: `loss ${loss.toPrecision(4)}${shown}`,
    });
    return { epoch: index + 1, loss, ...(measured ? { validation: measured } : {}) };
  }

  #judge(before: TrainingProgress, record: EpochRecord): TrainingProgress {
    const history = [...before.history, record];
    const { earlyStopping: stopping } = this.#facts.checked;
    if (!stopping) return { history, finished: false };
    const loss = record.validation?.loss ?? record.loss;
    if (!before.best || loss < before.best.loss - stopping.minDelta) {
      if (stopping.restoreBest) {
        this.#facts.loop.pull();
        this.#best = this.#state('');
      }
      return { history, best: { epoch: record.epoch, loss }, finished: false };
    }
    return { history, best: before.best, finished: record.epoch - before.best.epoch >= stopping.patience };
  }

  async #keep(progress: TrainingProgress): Promise<void> {
    const { context, loop, call } = this.#facts;
    loop.pull();
    const best = new Map([...(this.#best ?? [])].map(([name, value]) => [`best/${name}`, value]));
    const state = new Map([...this.#state(''), ...best]);
    await writeCheckpoint(join(context.checkpoints.path, this.#file), progress, state);
    context.checkpoints.save({ fit: call, epoch: progress.history.length });
    context.signal.throwIfAborted();
  }

  async #resume(): Promise<TrainingProgress> {
    const { context, loop } = this.#facts;
    const none: TrainingProgress = { history: [], finished: false };
    const { resume } = context.checkpoints;
    if (!resume) return none;
    const file = join(resume.path, this.#file);
    const found = await readTrainingCheckpoint(file);
    if (!found || !this.#fits(found.state)) return none;
    await copyFile(file, join(context.checkpoints.path, this.#file));
    const best = [...found.state].filter(([name]) => name.startsWith('best/'));
    if (best.length > 0) this.#best = new Map(best.map(([name, value]) => [name.slice('best/'.length), value]));
    this.#restore(found.state);
    loop.push();
    context.progress({ phase: 'train', message: `resumed after epoch ${found.progress.history.length}` });
    return found.progress;
  }

  #fits(state: SavedState): boolean {
    const shape = (name: string) => state.get(name)?.shape.join();
    return [...this.#facts.step.state].every(([name, variable]) => shape(name) === variable.shape.join());
  }

  #restore(state: SavedState): void {
    for (const [name, variable] of this.#facts.step.state) {
      const saved = state.get(name);
      if (saved) assign(this.#facts.context.tf, variable, saved.values);
    }
  }

  #state(prefix: string): SavedState {
    return new Map(
      [...this.#facts.step.state].map(([name, variable]) => [
        `${prefix}${name}`,
        { shape: variable.shape, values: Float32Array.from(variable.dataSync()) },
      ]),
    );
  }
}

interface LabelFacts {
  readonly head: Head;
  readonly classes: readonly string[] | undefined;
}

async function loadRows(
  examples: TrainingExamples,
  facts: LabelFacts & { readonly features: readonly string[] | undefined; readonly weight: string | undefined },
): Promise<FeatureMatrix> {
  const data = await examples.matrix({ ...facts, label: facts.head.label });
  if (data.rows > 0) return data;
  throw new PipelineError('TRAINER_NO_ROWS', {
    what: `Split ${examples.split} has no row with the label "${facts.head.label}" (${data.unlabelled} without).`,
  });
}

async function loadValidation(
  options: FitOptions,
  facts: LabelFacts & { readonly outputs: number; readonly columns: FeatureMatrix['columns'] },
): Promise<FeatureMatrix | undefined> {
  const { head, columns, classes, outputs } = facts;
  const data = await options.validation?.matrix({ label: head.label, columns, classes, weight: options.weight });
  if (!data) return undefined;
  const known = keepRows(data, (row) => isLabel(head, data.y[row] ?? NaN, outputs));
  return known.rows > 0 ? known : undefined;
}

/** Labels that training never saw have no class: such rows measure nothing. */
function keepRows(data: FeatureMatrix, keep: (row: number) => boolean): FeatureMatrix {
  const rows = Array.from({ length: data.rows }, (_, row) => row).filter(keep);
  if (rows.length === data.rows) return data;
  const x = new Float32Array(rows.length * data.width);
  rows.forEach((row, at) => x.set(data.x.subarray(row * data.width, (row + 1) * data.width), at * data.width));
  const pick = (values: Float32Array) => Float32Array.from(rows, (row) => values[row] ?? NaN);
  return { ...data, x, y: pick(data.y), weight: data.weight ? pick(data.weight) : undefined, rows: rows.length };
}

function outputsOf(head: Head, classes: readonly string[] | undefined, y: Float32Array): number {
  if (head.kind !== 'multiclass') return 1;
  const seen = y.reduce((largest, label) => Math.max(largest, label), 0) + 1;
  return Math.max(2, head.count ?? classes?.length ?? seen);
}

function isLabel(head: Head, label: number, outputs: number): boolean {
  if (head.kind === 'regression') return Number.isFinite(label);
  return Number.isInteger(label) && label >= 0 && label < (head.kind === 'binary' ? 2 : outputs);
}

function checkLabels(head: Head, y: Float32Array, outputs: number): void {
  const wrong = y.find((label) => !isLabel(head, label, outputs));
  if (wrong === undefined) return;
  const expected = { regression: 'a finite number', binary: '0 or 1', multiclass: `a class from 0 to ${outputs - 1}` };
  throw new PipelineError('TRAINER_LABEL_INVALID', {
    what: `The label "${head.label}" is ${wrong} in a training row; it must be ${expected[head.kind]}.`,
    details: { label: head.label, found: wrong },
  });
}

function describeNetwork(tf: typeof TensorFlow, model: LayersModel, head: Head, data: FeatureMatrix): Network {
  const weights = namedWeights(model.weights);
  const moved = new Set(model.trainableWeights.map((weight) => (weight.read() as Variable).id));
  return {
    weights,
    trainable: [...weights].filter(([, weight]) => moved.has(weight.id)).map(([name]) => name),
    apply: applyToMatrix(tf, model, data.columns),
    loss: (y, output, weight) => headLoss(tf, head, y, output, weight),
    penalties: () => model.calculateLosses() as Tensor[],
  };
}

function finalMetrics(
  loop: TrainingLoop,
  head: Head,
  data: FeatureMatrix,
  validation: FeatureMatrix | undefined,
): Record<string, number> {
  const flat = (prefix: string, { loss, metrics }: Measured) =>
    Object.entries({ loss, ...metrics }).map(([name, value]) => [prefix + name, value] as const);
  const own = flat('', measure(head, loop.predict(data.x), data.y, data.weight));
  if (!validation) return Object.fromEntries(own);
  const other = flat('val_', measure(head, loop.predict(validation.x), validation.y, validation.weight));
  return Object.fromEntries([...own, ...other]);
}

function assign(tf: typeof TensorFlow, variable: Variable, values: Float32Array): void {
  tf.tidy(() => {
    variable.assign(tf.tensor(values, variable.shape));
  });
}
