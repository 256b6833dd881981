import type { LayersModel } from '@tensorflow/tfjs-node';
import type { TensorFlow } from '../../../graph/tensorflow/tensorflow.js';

export interface NetworkInput {
  readonly name: string;
  readonly dtype: 'float32' | 'int32';
  readonly shape: readonly number[];
}

export interface NetworkCase {
  readonly build: () => LayersModel;
  readonly inputs: readonly NetworkInput[];
}

/** One network for each kind of layer that tfjs has. */
export function networkCases(tf: typeof TensorFlow): Record<string, NetworkCase> {
  const layers = tf.layers;
  const floats = (...shape: number[]): NetworkInput[] => [{ name: 'x', dtype: 'float32', shape }];
  return {
    'dense layers': {
      inputs: floats(11),
      build: () =>
        tf.sequential({
          layers: [
            layers.dense({ units: 16, activation: 'relu', inputShape: [11] }),
            layers.dense({ units: 8, activation: 'tanh' }),
            layers.dense({ units: 3, activation: 'softmax' }),
          ],
        }),
    },
    'batch normalization and dropout': {
      inputs: floats(11),
      build: () => {
        const normalization = layers.batchNormalization();
        const model = tf.sequential({
          layers: [
            layers.dense({ units: 16, inputShape: [11] }),
            normalization,
            layers.activation({ activation: 'relu' }),
            layers.dropout({ rate: 0.3 }),
            layers.dense({ units: 1, activation: 'sigmoid' }),
          ],
        });
        normalization.setWeights(normalization.getWeights().map((w) => w.add(tf.randomUniform(w.shape, 0.1, 1))));
        return model;
      },
    },
    'an embedding beside numbers': {
      inputs: [
        { name: 'ids', dtype: 'int32', shape: [4] },
        { name: 'numbers', dtype: 'float32', shape: [5] },
      ],
      build: () => {
        const ids = tf.input({ shape: [4], dtype: 'int32', name: 'ids' });
        const numbers = tf.input({ shape: [5], name: 'numbers' });
        const embedded = layers.embedding({ inputDim: 20, outputDim: 6 }).apply(ids);
        const flat = layers.flatten().apply(embedded) as typeof ids;
        const joined = layers.concatenate().apply([flat, numbers]);
        return tf.model({ inputs: [ids, numbers], outputs: layers.dense({ units: 2 }).apply(joined) as typeof ids });
      },
    },
    'convolution and pooling in one dimension': {
      inputs: floats(24, 3),
      build: () =>
        tf.sequential({
          layers: [
            layers.conv1d({ filters: 8, kernelSize: 3, activation: 'relu', padding: 'same', inputShape: [24, 3] }),
            layers.maxPooling1d({ poolSize: 2 }),
            layers.conv1d({ filters: 4, kernelSize: 3, padding: 'valid' }),
            layers.averagePooling1d({ poolSize: 2 }),
            layers.globalAveragePooling1d(),
            layers.dense({ units: 2 }),
          ],
        }),
    },
    'convolution and pooling in two dimensions': {
      inputs: floats(12, 12, 3),
      build: () =>
        tf.sequential({
          layers: [
            layers.conv2d({ filters: 8, kernelSize: 3, activation: 'relu', inputShape: [12, 12, 3] }),
            layers.maxPooling2d({ poolSize: 2 }),
            layers.separableConv2d({ filters: 6, kernelSize: 3, padding: 'same' }),
            layers.batchNormalization(),
            layers.averagePooling2d({ poolSize: 2 }),
            layers.flatten(),
            layers.dense({ units: 4, activation: 'softmax' }),
          ],
        }),
    },
    'two LSTMs': {
      inputs: floats(10, 3),
      build: () =>
        tf.sequential({
          layers: [
            layers.lstm({ units: 8, inputShape: [10, 3], returnSequences: true }),
            layers.lstm({ units: 5 }),
            layers.dense({ units: 2 }),
          ],
        }),
    },
    'a GRU': {
      inputs: floats(10, 3),
      build: () =>
        tf.sequential({
          layers: [layers.gru({ units: 8, inputShape: [10, 3] }), layers.dense({ units: 2 })],
        }),
    },
    'a bidirectional LSTM': {
      inputs: floats(10, 3),
      build: () =>
        tf.sequential({
          layers: [
            layers.bidirectional({ layer: layers.lstm({ units: 4 }), inputShape: [10, 3], mergeMode: 'concat' }),
            layers.dense({ units: 2 }),
          ],
        }),
    },
    'layers over time, layer normalization, elu and selu': {
      inputs: floats(6, 3),
      build: () =>
        tf.sequential({
          layers: [
            layers.timeDistributed({ layer: layers.dense({ units: 4, activation: 'elu' }), inputShape: [6, 3] }),
            layers.layerNormalization(),
            layers.gru({ units: 3 }),
            layers.repeatVector({ n: 2 }),
            layers.flatten(),
            layers.dense({ units: 2, activation: 'selu' }),
          ],
        }),
    },
    'masking before an LSTM': {
      inputs: floats(6, 3),
      build: () =>
        tf.sequential({
          layers: [
            layers.masking({ maskValue: 0, inputShape: [6, 3] }),
            layers.lstm({ units: 4 }),
            layers.dense({ units: 1 }),
          ],
        }),
    },
    'attention by dot products': {
      inputs: floats(6, 8),
      build: () => {
        const x = tf.input({ shape: [6, 8], name: 'x' });
        const dense = () => layers.dense({ units: 8 }).apply(x) as typeof x;
        const scores = layers.dot({ axes: 2 }).apply([dense(), dense()]) as typeof x;
        const weights = layers.softmax({ axis: -1 }).apply(scores) as typeof x;
        const context = layers.dot({ axes: [2, 1] }).apply([weights, x]) as typeof x;
        const sum = layers.add().apply([context, x]);
        const pooled = layers.globalMaxPooling1d({}).apply(sum);
        return tf.model({ inputs: x, outputs: layers.dense({ units: 2 }).apply(pooled) as typeof x });
      },
    },
    'up-sampling, padding, transposed convolution and learned slopes': {
      inputs: floats(4, 4, 2),
      build: () =>
        tf.sequential({
          layers: [
            layers.upSampling2d({ size: [2, 2], inputShape: [4, 4, 2] }),
            layers.zeroPadding2d({ padding: [1, 1] }),
            layers.conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2, padding: 'same' }),
            layers.leakyReLU({ alpha: 0.2 }),
            layers.globalMaxPooling2d({}),
            layers.prelu(),
            layers.dense({ units: 2, activation: 'softplus' }),
          ],
        }),
    },
  };
}
