import { stateOf, type ScalarMetric } from './metric.js';
import { weightedSums } from './weighted-sums.js';

/**
 * r² = (Σxy − ΣxΣy/n)² / ((Σx² − (Σx)²/n)(Σy² − (Σy)²/n)), weighted; 0 to 1, NaN where either side never varies.
 * The same sums in the same order as TFMA, so that even its rounding agrees.
 */
export const squaredPearsonCorrelation: ScalarMetric = {
  kind: 'scalar',
  name: 'squaredPearsonCorrelation',
  words: 'squared Pearson correlation',
  tfma: { className: 'SquaredPearsonCorrelation', name: 'squared_pearson_correlation' },
  direction: 'HIGHER_IS_BETTER',
  heads: ['regression', 'binary'],
  needs: [weightedSums],
  value(states) {
    const sums = stateOf(states, weightedSums);
    if (!(sums.weight > 0)) return NaN;
    const covariance = sums.product - (sums.label * sums.prediction) / sums.weight;
    const predictions = sums.predictionSquared - sums.prediction ** 2 / sums.weight;
    const labels = sums.labelSquared - sums.label ** 2 / sums.weight;
    const denominator = labels * predictions;
    return denominator > 0 ? covariance ** 2 / denominator : NaN;
  },
};
