import { divide, stateOf, type ScalarMetric } from './metric.js';
import { weightedSums } from './weighted-sums.js';

const common = {
  kind: 'scalar',
  heads: ['regression', 'binary'],
  needs: [weightedSums],
  direction: undefined,
} as const;

export const meanLabel: ScalarMetric = {
  ...common,
  name: 'meanLabel',
  words: 'mean label',
  tfma: { className: 'MeanLabel', name: 'mean_label' },
  value(states) {
    const { label, weight } = stateOf(states, weightedSums);
    return divide(label, weight);
  },
};

export const meanPrediction: ScalarMetric = {
  ...common,
  name: 'meanPrediction',
  words: 'mean prediction',
  tfma: { className: 'MeanPrediction', name: 'mean_prediction' },
  value(states) {
    const { prediction, weight } = stateOf(states, weightedSums);
    return divide(prediction, weight);
  },
};

/** Mean prediction by mean label: 1 is calibrated, above 1 the model predicts too much. NaN when labels sum to 0. */
export const calibration: ScalarMetric = {
  ...common,
  name: 'calibration',
  words: 'calibration',
  tfma: { className: 'Calibration', name: 'calibration' },
  value(states) {
    const { label, prediction } = stateOf(states, weightedSums);
    return Math.abs(label) < 1e-8 ? NaN : prediction / label;
  },
};
