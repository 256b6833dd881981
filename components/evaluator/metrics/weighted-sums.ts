import type { StateKind } from './metric.js';

export interface WeightedSums {
  weight: number;
  label: number;
  prediction: number;
  labelSquared: number;
  predictionSquared: number;
  product: number;
}

/** Weighted first and second moments of labels and predictions. */
export const weightedSums: StateKind<WeightedSums> = {
  name: 'weightedSums',
  create: () => ({ weight: 0, label: 0, prediction: 0, labelSquared: 0, predictionSquared: 0, product: 0 }),
  add(state, label, prediction, weight) {
    state.weight += weight;
    state.label += weight * label;
    state.prediction += weight * prediction;
    state.labelSquared += weight * label * label;
    state.predictionSquared += weight * prediction * prediction;
    state.product += weight * label * prediction;
  },
  merge(into, from) {
    into.weight += from.weight;
    into.label += from.label;
    into.prediction += from.prediction;
    into.labelSquared += from.labelSquared;
    into.predictionSquared += from.predictionSquared;
    into.product += from.product;
  },
};
