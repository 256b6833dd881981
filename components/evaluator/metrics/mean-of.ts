import { divide, stateOf, type States, type StateKind } from './metric.js';

export interface WeightedMean {
  weight: number;
  total: number;
}

/** The weighted mean of a function of label and prediction, e.g. the squared error. */
export function meanOf(name: string, term: (label: number, prediction: number) => number): StateKind<WeightedMean> {
  return {
    name: `mean(${name})`,
    create: () => ({ weight: 0, total: 0 }),
    add(state, label, prediction, weight) {
      state.weight += weight;
      state.total += weight * term(label, prediction);
    },
    merge(into, from) {
      into.weight += from.weight;
      into.total += from.total;
    },
  };
}

export function meanValue(states: States, kind: StateKind<WeightedMean>): number {
  const { total, weight } = stateOf(states, kind);
  return divide(total, weight);
}
