import { divide, type CategoricalMetric, type CategoricalState } from './metric.js';

/** Keras keeps probabilities this far from 0 and 1 before it takes logarithms. */
const EPSILON = 1e-7;

export function createCategoricalState(): CategoricalState {
  return { examples: 0, weight: 0, correct: 0, crossEntropy: 0 };
}

/** Adds an example: `label` is the index of the true class, `probabilities` one per class. */
export function addCategorical(
  state: CategoricalState,
  label: number,
  probabilities: ArrayLike<number>,
  weight: number,
): void {
  let best = 0;
  let sum = 0;
  for (let i = 0; i < probabilities.length; i++) {
    if ((probabilities[i] as number) > (probabilities[best] as number)) best = i;
    sum += clip(probabilities[i] as number);
  }
  state.examples += 1;
  state.weight += weight;
  if (best === label) state.correct += weight;
  state.crossEntropy -= weight * Math.log(clip(probabilities[label] ?? 0) / sum);
}

export function mergeCategorical(into: CategoricalState, from: CategoricalState): void {
  into.examples += from.examples;
  into.weight += from.weight;
  into.correct += from.correct;
  into.crossEntropy += from.crossEntropy;
}

const clip = (probability: number) => Math.min(Math.max(probability, EPSILON), 1 - EPSILON);

/** The share of examples whose most probable class is the label. */
export const sparseCategoricalAccuracy: CategoricalMetric = {
  kind: 'categorical',
  name: 'sparseCategoricalAccuracy',
  words: 'accuracy',
  tfma: { className: 'SparseCategoricalAccuracy', name: 'sparse_categorical_accuracy' },
  direction: 'HIGHER_IS_BETTER',
  value: ({ correct, weight }) => divide(correct, weight),
};

/** Mean of −ln of the true class's probability, in nats; probabilities are clipped to 1e-7 and sum to 1. */
export const sparseCategoricalCrossEntropy: CategoricalMetric = {
  kind: 'categorical',
  name: 'sparseCategoricalCrossEntropy',
  words: 'categorical cross entropy',
  tfma: { className: 'SparseCategoricalCrossentropy', name: 'sparse_categorical_crossentropy' },
  direction: 'LOWER_IS_BETTER',
  value: ({ crossEntropy, weight }) => divide(crossEntropy, weight),
};
