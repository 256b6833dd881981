/**
 * A weighted quantile summary: sorted distinct values, each with its weight and the bounds of its rank. While it holds
 * every distinct value it is exact; thinned to `limit` entries, ranks are off by at most total weight / limit.
 *
 * @see Greenwald, Khanna: Space-efficient online computation of quantile summaries (the form that tfx_bsl uses)
 */
export interface QuantileSummary {
  readonly values: readonly number[];
  readonly weights: readonly number[];
  /** Weight below the value, at least. */
  readonly minRanks: readonly number[];
  /** Weight up to and including the value, at most. */
  readonly maxRanks: readonly number[];
}

/** Collects values that come in ascending order; equal neighbours become one entry. */
export class SummaryBuilder {
  readonly #values: number[] = [];
  readonly #weights: number[] = [];
  readonly #minRanks: number[] = [];
  readonly #maxRanks: number[] = [];
  #total = 0;
  /** Weight between kept entries; 0 keeps every value. */
  readonly #step: number;
  #pending: { value: number; weight: number; minRank: number } | undefined;

  /**
   * @param limit entries to keep at most, about
   * @param expectedTotal the weight to come, and `distinct` values of it: more than `limit` are thinned
   */
  constructor(limit: number, expectedTotal: number, distinct: number) {
    this.#step = distinct > limit ? expectedTotal / limit : 0;
  }

  add(value: number, weight: number): void {
    if (!(weight > 0)) return;
    if (this.#pending?.value === value) this.#pending.weight += weight;
    else {
      this.#keepPending(false);
      this.#pending = { value, weight, minRank: this.#total };
    }
    this.#total += weight;
  }

  #keepPending(last: boolean): void {
    if (this.#pending === undefined) return;
    const { value, weight, minRank } = this.#pending;
    const maxRank = minRank + weight;
    const kept = this.#maxRanks.at(-1) ?? Number.NEGATIVE_INFINITY;
    if (!last && this.#step > 0 && this.#values.length > 0 && maxRank - kept < this.#step) return;
    this.#values.push(value);
    this.#weights.push(weight);
    this.#minRanks.push(minRank);
    this.#maxRanks.push(maxRank);
  }

  finish(): QuantileSummary {
    this.#keepPending(true);
    return { values: this.#values, weights: this.#weights, minRanks: this.#minRanks, maxRanks: this.#maxRanks };
  }
}

const at = (numbers: readonly number[], index: number): number => numbers[index] ?? 0;
const size = (summary: QuantileSummary): number => summary.values.length;
const totalWeight = (summary: QuantileSummary): number => summary.maxRanks.at(-1) ?? 0;

/**
 * How far ranks may be off, as a share of the total weight: what may lie between two neighbouring values that were kept.
 * 0 when none was left out.
 */
export function rankError(summary: QuantileSummary): number {
  const { minRanks, weights, maxRanks } = summary;
  let most = 0;
  for (let next = 1; next < size(summary); next++) {
    const between = at(maxRanks, next) - at(weights, next) - at(minRanks, next - 1) - at(weights, next - 1);
    if (between > most) most = between;
  }
  const error = most / totalWeight(summary);
  return error > ROUNDING ? error : 0;
}

/** Sums of weights are off by so little that no value can lie there. */
const ROUNDING = 1e-9;

interface Side {
  readonly summary: QuantileSummary;
  index: number;
  /** Weight that surely lies below whatever comes next. */
  below: number;
}

/** What the other side surely and possibly has below a value that lies before its next entry. */
function otherRanks({ summary, index, below }: Side): readonly [least: number, most: number] {
  if (index >= size(summary)) return [below, totalWeight(summary)];
  return [below, at(summary.maxRanks, index) - at(summary.weights, index)];
}

/** The summary of both data together. Exact when both are; else rank errors add up by weight. */
export function mergeSummaries(a: QuantileSummary, b: QuantileSummary): QuantileSummary {
  if (size(a) === 0 || size(b) === 0) return size(a) === 0 ? b : a;
  const merged = {
    values: [] as number[],
    weights: [] as number[],
    minRanks: [] as number[],
    maxRanks: [] as number[],
  };
  const sides: readonly [Side, Side] = [
    { summary: a, index: 0, below: 0 },
    { summary: b, index: 0, below: 0 },
  ];
  while (sides.some(({ summary, index }) => index < size(summary))) {
    const next = sides.map(({ summary, index }) => summary.values[index] ?? Number.POSITIVE_INFINITY);
    const open = sides.map(({ summary, index }) => index < size(summary));
    const first = open[0] && (!open[1] || at(next, 0) <= at(next, 1));
    const second = open[1] && (!open[0] || at(next, 1) <= at(next, 0));
    let [weight, minRank, maxRank] = [0, 0, 0];
    for (const [position, side] of sides.entries()) {
      const takes = position === 0 ? first : second;
      const [least, most] = otherRanks(side);
      weight += takes ? at(side.summary.weights, side.index) : 0;
      minRank += takes ? at(side.summary.minRanks, side.index) : least;
      maxRank += takes ? at(side.summary.maxRanks, side.index) : most;
    }
    merged.values.push(first ? at(next, 0) : at(next, 1));
    merged.weights.push(weight);
    merged.minRanks.push(minRank);
    merged.maxRanks.push(maxRank);
    for (const [position, side] of sides.entries()) {
      if (!(position === 0 ? first : second)) continue;
      side.below = at(side.summary.minRanks, side.index) + at(side.summary.weights, side.index);
      side.index++;
    }
  }
  return merged;
}

/** A summary of at most about `limit` entries: adds at most total weight / limit to the rank error. */
export function thinSummary(summary: QuantileSummary, limit: number): QuantileSummary {
  if (size(summary) <= limit) return summary;
  const step = totalWeight(summary) / limit;
  const kept: number[] = [0];
  for (let index = 1; index < size(summary) - 1; index++)
    if (at(summary.maxRanks, index) - at(summary.maxRanks, kept.at(-1) ?? 0) >= step) kept.push(index);
  kept.push(size(summary) - 1);
  const pick = (numbers: readonly number[]): number[] => kept.map((index) => at(numbers, index));
  return {
    values: pick(summary.values),
    weights: pick(summary.weights),
    minRanks: pick(summary.minRanks),
    maxRanks: pick(summary.maxRanks),
  };
}

export interface Quantiles {
  /** `buckets + 1` boundaries, ascending, from the least to the greatest value. */
  readonly boundaries: readonly number[];
  /** Weight up to and including each boundary. */
  readonly cumulative: readonly number[];
}

/** Boundaries of buckets of equal weight, chosen among the values as tfx_bsl's sketch chooses them. */
export function quantiles(summary: QuantileSummary, buckets: number): Quantiles {
  const { values, weights, minRanks, maxRanks } = summary;
  const boundaries: number[] = [];
  const cumulative: number[] = [];
  const total = totalWeight(summary);
  for (let current = 0, rank = 0; rank <= buckets && values.length > 0; rank++) {
    const doubledRank = 2 * ((rank * total) / buckets);
    let next = current + 1;
    while (next < values.length && doubledRank >= at(minRanks, next) + at(maxRanks, next)) next++;
    current = next - 1;
    const between = at(minRanks, current) + at(weights, current) + at(maxRanks, next) - at(weights, next);
    const chosen = next === values.length || doubledRank < between ? current : next;
    boundaries.push(at(values, chosen));
    cumulative.push(at(maxRanks, chosen));
  }
  return { boundaries, cumulative };
}

/** The middle boundary, or the mean of the two middle ones. */
export function median(boundaries: readonly number[]): number {
  const middle = Math.floor(boundaries.length / 2);
  return boundaries.length % 2 === 1
    ? at(boundaries, middle)
    : (at(boundaries, middle - 1) + at(boundaries, middle)) / 2;
}
