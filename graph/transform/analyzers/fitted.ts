import type { BinaryString } from '../bytes.js';

/** Population mean and variance, and the sum, over the finite values. */
export interface Moments {
  readonly count: number;
  readonly mean: number;
  readonly variance: number;
  readonly sum: number;
}

/** Smallest and largest value; meaningless when `count` is 0. */
export interface Extremes {
  readonly count: number;
  readonly min: number;
  readonly max: number;
}

/** Bucket boundaries, rising, in float32. May repeat. */
export interface Quantiles {
  readonly boundaries: readonly number[];
}

/** Distinct values, most frequent first; a token's index is its id. */
export interface Vocabulary {
  readonly tokens: readonly BinaryString[];
  /** Count, weight or mutual information of each token. */
  readonly frequencies: readonly number[];
}

/** A fitted value for each key. */
export interface PerKey<F> {
  readonly keys: readonly BinaryString[];
  readonly values: readonly F[];
}

/** A per-key fitted value as a map. */
export function byKey<F>(fitted: PerKey<F>): ReadonlyMap<BinaryString, F> {
  return new Map(fitted.keys.map((key, index) => [key, fitted.values[index] as F]));
}
