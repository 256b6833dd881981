import type { Catalog } from './catalog.js';

export const evaluation = {
  EVALUATION_CONFIG_INVALID: {
    kind: 'config',
    retryable: false,
    headline: 'The evaluation config contradicts itself or the model.',
    why: 'Evaluator must know what to measure and which way is better before it spends time on a model.',
    fix: 'Correct the named entry of the `config` parameter.',
  },
  EVALUATION_METRIC_UNKNOWN: {
    kind: 'config',
    retryable: false,
    headline: 'The evaluation config names a metric that does not exist.',
    why: 'Metric names are those of TensorFlow Model Analysis in camelCase.',
    fix: 'Use one of the names that the message lists.',
  },
  EVALUATION_METRIC_MISMATCH: {
    kind: 'config',
    retryable: false,
    headline: "A metric does not fit the model's kind of output.",
    why: 'A regression gives a number, a classification gives probabilities: each has metrics of its own.',
    fix: 'Choose a metric of the kind that the message names, or change the head of the model.',
  },
  EVALUATION_LABEL_MISSING: {
    kind: 'model',
    retryable: false,
    headline: 'The label is not among what the model can tell about an example.',
    why: 'Labels are read from the signature `transform_features`, so that they are those the model was trained on.',
    fix: 'Let `preprocessing` return the label, and name it in `config.label` when it is not the one of the head.',
  },
  EVALUATION_SLICE_UNKNOWN: {
    kind: 'config',
    retryable: false,
    headline: 'A slice or the weight names a feature that the examples do not have.',
    why: 'Slices are made of raw features, before the transform.',
    fix: 'Use one of the columns that the message lists.',
  },
  EVALUATION_TOO_MANY_SLICES: {
    kind: 'config',
    retryable: false,
    headline: 'A slice specification yields too many slices.',
    why: 'A feature with very many values makes slices of a row or two, which tell nothing and fill memory.',
    fix: 'Slice on a feature with fewer values, or name the values of interest.',
  },
  EVALUATION_SPLIT_MISSING: {
    kind: 'config',
    retryable: false,
    headline: 'The examples do not have a split to evaluate on.',
    why: 'Evaluator reads the splits that `exampleSplits` names, `eval` by default.',
    fix: 'Name an existing split in `exampleSplits`, or have ExampleGen make it.',
  },
  EVALUATION_PREDICTION_INVALID: {
    kind: 'model',
    retryable: false,
    headline: 'The model answered with something that cannot be evaluated.',
    why: 'Regression needs one number per example, classification one probability per class.',
    fix: 'Check the head of the model; models of other makers need outputs named `outputs` or `probabilities`.',
  },
  IMPORT_SOURCE_MISSING: {
    kind: 'config',
    retryable: false,
    headline: 'There is nothing to import at the given place.',
    why: 'Importer records what lies outside the artifact root: the worker must be able to read it.',
    fix: 'Give an absolute path or a file: URI that exists on the machine of the worker.',
  },
} as const satisfies Catalog;
