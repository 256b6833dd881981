/** Number, mean and population variance of weighted values. */
export interface Moments {
  /** The weights' sum; the number of values when they weigh 1. */
  readonly count: number;
  readonly mean: number;
  readonly variance: number;
}

export const NO_MOMENTS: Moments = { count: 0, mean: 0, variance: 0 };

/** Mean and variance of values with weights, in one pass that does not cancel. @see West 1979, weighted Welford */
export class MomentsBuilder {
  #count = 0;
  #mean = 0;
  #squares = 0;

  add(value: number, weight: number): void {
    if (weight === 0) return;
    this.#count += weight;
    const distance = value - this.#mean;
    this.#mean += (distance * weight) / this.#count;
    this.#squares += weight * distance * (value - this.#mean);
  }

  finish(): Moments {
    return this.#count === 0
      ? NO_MOMENTS
      : { count: this.#count, mean: this.#mean, variance: Math.max(0, this.#squares / this.#count) };
  }
}

/** The moments of both data together. @see Chan, Golub, LeVeque 1979 */
export function mergeMoments(a: Moments, b: Moments): Moments {
  const [large, small] = a.count >= b.count ? [a, b] : [b, a];
  const count = large.count + small.count;
  if (small.count === 0) return large;
  const share = small.count / count;
  const mean = large.mean + share * (small.mean - large.mean);
  const variance =
    large.variance + share * (small.variance - large.variance + (small.mean - mean) * (small.mean - large.mean));
  return { count, mean, variance };
}
