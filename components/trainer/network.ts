import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import { PipelineError } from '../../errors/pipeline-error.js';
import type { TensorFlow } from '../../graph/tensorflow/tensorflow.js';
import type { Head } from './heads.js';

/** What a network is built for. */
export interface NetworkInputs {
  /** Columns of the feature matrix. */
  readonly width: number;
  /** Numbers that the last layer gives: 1, or the number of classes. */
  readonly outputs: number;
  /** Of the initial weights. */
  readonly seed: number;
}

/** A model that `fit` can train and Trainer can export. Its network is built when the number of features is known. */
export interface TrainableModel {
  readonly head: Head;
  /** The transformed features that enter, in this order. (Default: all numeric ones but the label, by name.) */
  readonly features?: readonly string[];
  readonly build: (tf: typeof TensorFlow, inputs: NetworkInputs) => LayersModel;
}

export interface DenseNetworkOptions {
  /** Units of the hidden layers, e.g. `[32, 16]`; `[]` is a linear model. */
  readonly layers: readonly number[];
  readonly head: Head;
  /** (Default: `relu`.) */
  readonly activation?: 'relu' | 'tanh' | 'elu' | 'selu' | 'sigmoid' | 'softplus';
  /** The part of the units that each training step leaves out after every hidden layer. (Default: 0.) */
  readonly dropout?: number;
  /** Weight of the L2 penalty on the hidden layers' kernels. (Default: 0.) */
  readonly l2?: number;
  readonly batchNormalization?: boolean;
  readonly features?: readonly string[];
  /** Of the initial weights. (Default: Trainer's `seed`.) */
  readonly seed?: number;
}

/** A network of dense layers over all features side by side, as Keras makes them (Glorot's uniform weights, zero bias). */
export function denseNetwork(options: DenseNetworkOptions): TrainableModel {
  const { head, features } = options;
  return { head, ...(features ? { features } : {}), build: (tf, inputs) => buildDense(tf, options, inputs) };
}

/**
 * Any network of tfjs layers under a head. Its last layer must have no activation; give initializers a seed for the
 * same model at each run. A network of several inputs gets one feature for each, by the input layers' names.
 */
export function layersNetwork(options: {
  readonly head: Head;
  readonly features?: readonly string[];
  readonly build: TrainableModel['build'];
}): TrainableModel {
  return options;
}

function buildDense(tf: typeof TensorFlow, options: DenseNetworkOptions, inputs: NetworkInputs): LayersModel {
  const { layers } = tf;
  const model = tf.sequential();
  const first = options.seed ?? inputs.seed;
  const dense = (units: number, index: number, hidden: boolean) =>
    layers.dense({
      units,
      name: hidden ? `hidden_${index + 1}` : 'output',
      kernelInitializer: tf.initializers.glorotUniform({ seed: first * 1_009 + index + 1 }),
      ...(index === 0 ? { inputShape: [inputs.width] } : {}),
      ...(hidden ? { activation: options.activation ?? 'relu' } : {}),
      ...(hidden && options.l2 ? { kernelRegularizer: tf.regularizers.l2({ l2: options.l2 }) } : {}),
    });
  options.layers.forEach((units, index) => {
    model.add(dense(units, index, true));
    if (options.batchNormalization) model.add(layers.batchNormalization({ name: `normalization_${index + 1}` }));
    if (options.dropout) model.add(layers.dropout({ rate: options.dropout, name: `dropout_${index + 1}` }));
  });
  model.add(dense(inputs.outputs, options.layers.length, false));
  return model;
}

/** A layers model as a function of the feature matrix `[batch, width]`. */
export function applyToMatrix(
  tf: typeof TensorFlow,
  model: LayersModel,
  columns: readonly { readonly name: string; readonly from: number; readonly width: number }[],
): (x: Tensor, training: boolean) => Tensor {
  if (model.inputs.length === 1) {
    const shape = (model.inputs[0]?.shape ?? []).slice(1) as number[];
    return (x, training) => model.apply(shape.length === 1 ? x : tf.reshape(x, [-1, ...shape]), { training }) as Tensor;
  }
  const parts = model.inputNames.map((name, index) => {
    const column = columns.find((one) => one.name === name);
    if (!column) throw unknownInput(name, columns);
    return { ...column, dtype: model.inputs[index]?.dtype ?? 'float32' };
  });
  return (x, training) => {
    const values = parts.map(({ from, width, dtype }) => tf.cast(tf.slice(x, [0, from], [-1, width]), dtype));
    return model.apply(values, { training }) as Tensor;
  };
}

function unknownInput(name: string, columns: readonly { readonly name: string }[]): PipelineError {
  return new PipelineError('TRAINER_FEATURE_UNKNOWN', {
    what: `The network's input "${name}" is none of the features ${columns.map((column) => column.name).join(', ')}.`,
  });
}
