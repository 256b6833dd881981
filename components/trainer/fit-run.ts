import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TensorFlow } from '../../graph/tensorflow/tensorflow.js';
import { assignValues, type TrainingStep } from '../../graph/tracing/training-step.js';
import type { Checkpoints, ProgressReport } from '../implement.js';
import type { CheckedFitOptions } from './fit-options.js';
import { measure } from './head-metrics.js';
import type { Head } from './heads.js';
import { shuffledRows } from './shuffle.js';
import {
  readTrainingCheckpoint,
  writeCheckpoint,
  type EpochRecord,
  type SavedState,
  type TrainingProgress,
} from './training-checkpoint.js';
import type { FeatureMatrix } from './training-examples.js';
import { requireFinite, type TrainingLoop } from './training-loop.js';

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

export interface FitRunFacts {
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
export class FitRun {
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
        this.#best = this.#state();
      }
      return { history, best: { epoch: record.epoch, loss }, finished: false };
    }
    return { history, best: before.best, finished: record.epoch - before.best.epoch >= stopping.patience };
  }

  async #keep(progress: TrainingProgress): Promise<void> {
    const { context, loop, call } = this.#facts;
    loop.pull();
    const best = new Map([...(this.#best ?? [])].map(([name, value]) => [`best/${name}`, value]));
    const state = new Map([...this.#state(), ...best]);
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
      if (saved) assignValues(this.#facts.context.tf, variable, saved.values);
    }
  }

  #state(): SavedState {
    return new Map(
      [...this.#facts.step.state].map(([name, variable]) => [
        name,
        { shape: variable.shape, values: Float32Array.from(variable.dataSync()) },
      ]),
    );
  }
}
