import { meanOf, meanValue, type WeightedMean } from './mean-of.js';
import type { ScalarMetric, StateKind } from './metric.js';

const squared = meanOf('squaredError', (label, prediction) => (label - prediction) ** 2);
const absolute = meanOf('absoluteError', (label, prediction) => Math.abs(label - prediction));
const percentage = meanOf('percentageError', (label, prediction) =>
  label === 0 ? NaN : 100 * Math.abs((label - prediction) / label),
);
const logarithmic = meanOf(
  'squaredLogarithmicError',
  (label, prediction) => (Math.log(label + 1) - Math.log(prediction + 1)) ** 2,
);

interface ErrorFacts {
  readonly name: string;
  readonly words: string;
  readonly className: string;
  readonly tfmaName: string;
  readonly mean: StateKind<WeightedMean>;
  readonly of?: (mean: number) => number;
  readonly module?: string;
}

function error({ name, words, className, tfmaName, mean, of = (value) => value, module }: ErrorFacts): ScalarMetric {
  return {
    kind: 'scalar',
    name,
    words,
    tfma: { className, name: tfmaName, ...(module === undefined ? {} : { module }) },
    direction: 'LOWER_IS_BETTER',
    heads: ['regression', 'binary'],
    needs: [mean],
    value: (states) => of(meanValue(states, mean)),
  };
}

export const meanSquaredError = error({
  name: 'meanSquaredError',
  words: 'mean squared error',
  className: 'MeanSquaredError',
  tfmaName: 'mean_squared_error',
  mean: squared,
});

export const rootMeanSquaredError = error({
  name: 'rootMeanSquaredError',
  words: 'root mean squared error',
  className: 'RootMeanSquaredError',
  tfmaName: 'root_mean_squared_error',
  mean: squared,
  of: Math.sqrt,
});

export const meanAbsoluteError = error({
  name: 'meanAbsoluteError',
  words: 'mean absolute error',
  className: 'MeanAbsoluteError',
  tfmaName: 'mean_absolute_error',
  mean: absolute,
});

/** NaN as soon as one label is 0, as in TFMA. In percent. */
export const meanAbsolutePercentageError = error({
  name: 'meanAbsolutePercentageError',
  words: 'mean absolute percentage error',
  className: 'MeanAbsolutePercentageError',
  tfmaName: 'mean_absolute_percentage_error',
  mean: percentage,
});

/** Labels and predictions must be above -1. */
export const meanSquaredLogarithmicError = error({
  name: 'meanSquaredLogarithmicError',
  words: 'mean squared logarithmic error',
  className: 'MeanSquaredLogarithmicError',
  tfmaName: 'mean_squared_logarithmic_error',
  mean: logarithmic,
});
