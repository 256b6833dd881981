/** Number, mean and population variance of weighted values. */
export interface Moments {
  /** The weights' sum; the number of values when they weigh 1. */
  readonly count: number;
  readonly mean: number;
  readonly variance: number;
}

export const NO_MOMENTS: Moments = { count: 0, mean: 0, variance: 0 };

/**
 * Mean and variance of values with weights, in one pass that does not cancel: the mean from a sum of twice a double's
 * digits, so that great values of both signs leave the small ones. @see West 1979, weighted Welford
 */
export class MomentsBuilder {
  #count = 0;
  #mean = 0;
  readonly #sum = new LongSum();
  #squares = 0;

  add(value: number, weight: number): void {
    if (weight === 0) return;
    this.#count += weight;
    this.#sum.addProduct(value, weight);
    const distance = value - this.#mean;
    this.#mean += (distance * weight) / this.#count;
    this.#squares += weight * distance * (value - this.#mean);
  }

  finish(): Moments {
    if (this.#count === 0) return NO_MOMENTS;
    const mean = this.#sum.total / this.#count;
    return {
      count: this.#count,
      mean: Number.isFinite(mean) ? mean : this.#mean,
      variance: Math.max(0, this.#squares / this.#count),
    };
  }
}

const SPLITTER = 2 ** 27 + 1;

/** A sum of products that keeps what rounding loses. @see Dekker 1971; Neumaier 1974 */
class LongSum {
  #sum = 0;
  #lost = 0;

  get total(): number {
    return this.#sum + this.#lost;
  }

  addProduct(a: number, b: number): void {
    const product = a * b;
    const [aHigh, aLow] = halves(a);
    const [bHigh, bLow] = halves(b);
    this.#lost += aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
    const sum = this.#sum + product;
    this.#lost += Math.abs(this.#sum) >= Math.abs(product) ? this.#sum - sum + product : product - sum + this.#sum;
    this.#sum = sum;
  }
}

/** A double as the sum of two of half as many digits, whose products are exact. */
function halves(value: number): readonly [high: number, low: number] {
  const scaled = SPLITTER * value;
  const high = scaled - (scaled - value);
  return [high, value - high];
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
