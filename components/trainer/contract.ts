import { Type } from '@sinclair/typebox';
import { defineComponent, many, ModuleName, optional } from '../contract.js';

/**
 * Trains a model by the user's module (`run`) and exports it with the transform graph inside.
 * Output: `model` holds `Format-Serving/`, a SavedModel that takes serialized tf.Examples of raw features.
 */
export const Trainer = defineComponent({
  type: 'Trainer',
  version: 1,
  cache: 'content',
  inputs: {
    examples: many('Examples'),
    transformGraph: optional('TransformGraph'),
    schema: optional('Schema'),
    baseModel: optional('Model'),
    hyperparameters: optional('HyperParameters'),
  },
  outputs: { model: 'Model' },
  parameters: Type.Object({
    module: ModuleName(),
    trainSplit: Type.String({ minLength: 1, default: 'train', description: 'the split to train on' }),
    evalSplit: Type.String({ minLength: 1, default: 'eval', description: 'the split to validate on while training' }),
    seed: Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1, default: 0, description: 'of weights, shuffling, dropout' }),
    customConfig: Type.Record(Type.String(), Type.Unknown(), {
      default: {},
      description: 'plain JSON that reaches the module as `customConfig`',
    }),
  }),
  execution: { timeout: '24 hours', attempts: 5, weight: 'heavy' },
});
