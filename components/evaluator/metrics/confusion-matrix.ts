import type { StateKind } from './metric.js';

/** Weights of the four cases. */
export interface ConfusionMatrix {
  tp: number;
  tn: number;
  fp: number;
  fn: number;
}

/**
 * The confusion matrix at one threshold: an example counts as predicted positive when its score is above it.
 * A label between 0 and 1 counts as that much of a positive and the rest of a negative.
 */
export function confusionMatrixAt(threshold: number): StateKind<ConfusionMatrix> {
  return {
    name: `confusionMatrix(${threshold})`,
    create: () => ({ tp: 0, tn: 0, fp: 0, fn: 0 }),
    add(state, label, prediction, weight) {
      if (prediction > threshold) {
        state.tp += weight * label;
        state.fp += weight * (1 - label);
      } else {
        state.fn += weight * label;
        state.tn += weight * (1 - label);
      }
    },
    merge(into, from) {
      into.tp += from.tp;
      into.tn += from.tn;
      into.fp += from.fp;
      into.fn += from.fn;
    },
  };
}
