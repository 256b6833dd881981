import type { Analyzer } from './analyzer.js';
import { forEachNumber } from './analyzer.js';
import type { Moments } from './fitted.js';

/** Running count, mean, sum and sum of squared deviations, in float64. */
export interface MomentsState {
  count: number;
  mean: number;
  squares: number;
}

export const newMoments = (): MomentsState => ({ count: 0, mean: 0, squares: 0 });

/** Takes one value in; NaN and infinities are left out (TFT). @see Welford (1962), Technometrics 4(3), 419-420. */
export function addToMoments(state: MomentsState, value: number): void {
  if (!Number.isFinite(value)) return;
  state.count += 1;
  const delta = value - state.mean;
  state.mean += delta / state.count;
  state.squares += delta * (value - state.mean);
}

/** @see Chan, Golub & LeVeque (1979), Updating formulae and a pairwise algorithm for computing sample variances. */
export function mergeMoments(state: MomentsState, other: MomentsState): void {
  if (other.count === 0) return;
  const count = state.count + other.count;
  const delta = other.mean - state.mean;
  state.mean += (delta * other.count) / count;
  state.squares += other.squares + (delta * delta * state.count * other.count) / count;
  state.count = count;
}

export function finishMoments({ count, mean, squares }: MomentsState): Moments {
  return { count, mean, variance: count === 0 ? 0 : squares / count, sum: mean * count };
}

/** Population mean and variance of the finite values. */
export const moments: Analyzer<MomentsState, Moments> = {
  create: newMoments,
  add: (state, columns, rows) => forEachNumber(columns[0], rows, (value) => addToMoments(state, value)),
  merge: mergeMoments,
  finish: finishMoments,
  encode: (state) => ({ ...state }),
  decode: (json) => ({ ...newMoments(), ...(json as object) }),
};
