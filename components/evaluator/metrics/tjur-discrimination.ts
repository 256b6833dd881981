import { stateOf, type ScalarMetric, type StateKind } from './metric.js';

interface TjurSums {
  positiveWeight: number;
  negativeWeight: number;
  positivePrediction: number;
  negativePrediction: number;
}

const tjurSums: StateKind<TjurSums> = {
  name: 'tjurSums',
  create: () => ({ positiveWeight: 0, negativeWeight: 0, positivePrediction: 0, negativePrediction: 0 }),
  add(state, label, prediction, weight) {
    state.positiveWeight += label * weight;
    state.negativeWeight += (1 - label) * weight;
    state.positivePrediction += label * prediction * weight;
    state.negativePrediction += (1 - label) * prediction * weight;
  },
  merge(into, from) {
    into.positiveWeight += from.positiveWeight;
    into.negativeWeight += from.negativeWeight;
    into.positivePrediction += from.positivePrediction;
    into.negativePrediction += from.negativePrediction;
  },
};

const common = { kind: 'scalar', heads: ['binary'], needs: [tjurSums], direction: 'HIGHER_IS_BETTER' } as const;

/** Tjur's D: the mean prediction of positives less that of negatives. */
export const coefficientOfDiscrimination: ScalarMetric = {
  ...common,
  name: 'coefficientOfDiscrimination',
  words: 'coefficient of discrimination',
  tfma: { className: 'CoefficientOfDiscrimination', name: 'coefficient_of_discrimination' },
  value(states) {
    const sums = stateOf(states, tjurSums);
    if (sums.positiveWeight === 0 || sums.negativeWeight === 0) return NaN;
    return sums.positivePrediction / sums.positiveWeight - sums.negativePrediction / sums.negativeWeight;
  },
};

/** The mean prediction of positives by that of negatives. */
export const relativeCoefficientOfDiscrimination: ScalarMetric = {
  ...common,
  name: 'relativeCoefficientOfDiscrimination',
  words: 'relative coefficient of discrimination',
  tfma: { className: 'RelativeCoefficientOfDiscrimination', name: 'relative_coefficient_of_discrimination' },
  value(states) {
    const sums = stateOf(states, tjurSums);
    if (sums.positiveWeight === 0 || sums.negativeWeight === 0 || sums.negativePrediction === 0) return NaN;
    return sums.positivePrediction / sums.positiveWeight / (sums.negativePrediction / sums.negativeWeight);
  },
};
