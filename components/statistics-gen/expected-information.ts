/*
 * What two features tell of each other by chance: the mean of their mutual information over all orders of one of them.
 * TFDV's adjusted mutual information subtracts that of a single random order; the mean is what such orders come to.
 *
 * @see Vinh, Epps, Bailey 2010: Information theoretic measures for clusterings comparison, theorem on E{MI}
 */

/** Terms so improbable do not show in a double. */
const NEGLIGIBLE = 1e-18;

/** Sizes of categories, and how many categories have that size. */
export type SizeCounts = ReadonlyMap<number, number>;

/** The expected mutual information in bits of two features of `total` examples whose categories have these sizes. */
export function expectedInformation(xs: SizeCounts, ys: SizeCounts, total: number): number {
  const factorials = new LogFactorials();
  let bits = 0;
  for (const [a, timesA] of xs)
    for (const [b, timesB] of ys) bits += timesA * timesB * expectedTerm(a, b, total, factorials);
  return bits;
}

/** The expected term of two categories: the number that has both is hypergeometric; summed outwards from its mode. */
function expectedTerm(a: number, b: number, total: number, factorials: LogFactorials): number {
  const least = Math.max(0, a + b - total);
  const most = Math.min(a, b);
  const mode = Math.min(most, Math.max(least, Math.floor(((a + 1) * (b + 1)) / (total + 2))));
  const atMode = Math.exp(factorials.logProbability(mode, a, b, total));
  const term = (n: number, p: number): number => (n === 0 ? 0 : p * (n / total) * Math.log2((n * total) / (a * b)));
  let sum = term(mode, atMode);
  for (let n = mode, p = atMode; n < most && p > NEGLIGIBLE; n++) {
    p *= ((a - n) * (b - n)) / ((n + 1) * (total - a - b + n + 1));
    sum += term(n + 1, p);
  }
  for (let n = mode, p = atMode; n > least && p > NEGLIGIBLE; n--) {
    p *= (n * (total - a - b + n)) / ((a - n + 1) * (b - n + 1));
    sum += term(n - 1, p);
  }
  return sum;
}

class LogFactorials {
  readonly #known = new Map<number, number>();

  logProbability(n: number, a: number, b: number, total: number): number {
    const plus = [a, b, total - a, total - b].reduce((sum, one) => sum + this.#of(one), 0);
    const minus = [total, n, a - n, b - n, total - a - b + n].reduce((sum, one) => sum + this.#of(one), 0);
    return plus - minus;
  }

  #of(n: number): number {
    let found = this.#known.get(n);
    if (found === undefined) {
      found = logFactorial(n);
      this.#known.set(n, found);
    }
    return found;
  }
}

/** ln n!, by Stirling's series from 16 up: its next term is below 1e-13. */
function logFactorial(n: number): number {
  if (n < 16)
    return Math.log(Array.from({ length: n }, (_, index) => index + 1).reduce((product, one) => product * one, 1));
  const x = n + 1;
  const series = 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5) - 1 / (1680 * x ** 7);
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series;
}
