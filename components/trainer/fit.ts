import type { LayersModel, Variable } from '@tensorflow/tfjs-node';
import type { TensorFlow } from '../../graph/tensorflow/tensorflow.js';
import { namedWeights } from '../../graph/tracing/trace-batched.js';
import { assignValues, TrainingStep, type Network } from '../../graph/tracing/training-step.js';
import { SeededDropout } from './dropout.js';
import { checkFitOptions, type FitOptions } from './fit-options.js';
import { FitRun, type TrainingContext } from './fit-run.js';
import { measure, type Measured } from './head-metrics.js';
import { headLoss, type Head } from './heads.js';
import { checkLabels, loadRows, loadValidation, outputsOf } from './labelled-rows.js';
import { applyToMatrix, type TrainableModel } from './network.js';
import type { FitResult, TrainedModel } from './trained-model.js';
import type { FeatureMatrix, TrainingExamples } from './training-examples.js';
import { startLoop, type TrainingLoop } from './training-loop.js';

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
      if (saved && saved.shape.join() === weight.shape.join()) assignValues(tf, weight, saved.values);
    }
  }
}

function describeNetwork(tf: typeof TensorFlow, model: LayersModel, head: Head, data: FeatureMatrix): Network {
  const weights = namedWeights(model.weights);
  const moved = new Set([...namedWeights(model.trainableWeights).values()].map((weight) => weight.id));
  return {
    weights,
    trainable: [...weights].filter(([, weight]) => moved.has(weight.id)).map(([name]) => name),
    apply: applyToMatrix(tf, model, data.columns),
    loss: (y, output, weight) => headLoss(tf, head, y, output, weight),
    penalties: () => model.calculateLosses(),
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
