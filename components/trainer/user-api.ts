import type { SchemaProto } from '../../formats/schema-proto.js';
import type { TensorFlow } from '../../graph/tensorflow/tensorflow.js';
import type { FitOptions } from './fit-options.js';
import type { TrainableModel } from './network.js';
import type { FitResult } from './trained-model.js';
import type { TrainingExamples } from './training-examples.js';

export {
  binaryClassification,
  multiclassClassification,
  regression,
  type BinaryHead,
  type Head,
  type MulticlassHead,
  type RegressionHead,
} from './heads.js';
export { denseNetwork, layersNetwork, type DenseNetworkOptions, type TrainableModel } from './network.js';
export type { EarlyStopping, FitOptions, OptimizerOption } from './fit-options.js';
export type { FitResult } from './trained-model.js';
export type { TrainingExamples } from './training-examples.js';

/** Trains a model in place: compiled, checkpointed, reported, stopped when the run is cancelled. */
export type Fit = (model: TrainableModel, examples: TrainingExamples, options?: FitOptions) => Promise<FitResult>;

/** What a module's `run` gets. */
export interface RunArguments {
  /** Transformed examples, or raw ones without Transform. */
  readonly examples: { readonly train: TrainingExamples; readonly eval: TrainingExamples | undefined };
  readonly schema: SchemaProto | undefined;
  /** The values that Tuner (or the call) chose; empty without. */
  readonly hyperparameters: Readonly<Record<string, unknown>>;
  /** The folder of the SavedModel to start from. `fit` takes over its weights where name and shape agree. */
  readonly baseModel: string | undefined;
  readonly customConfig: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly fit: Fit;
  readonly signal: AbortSignal;
  /** tfjs on TensorFlow, for layers of one's own. */
  readonly tf: typeof TensorFlow;
}

/** The type of a module's `run` export: trains a model by `fit` and returns it. */
export type Run = (args: RunArguments) => Promise<TrainableModel> | TrainableModel;
