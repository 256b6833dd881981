import type { HistogramBucketProto, HistogramProto } from '../../formats/statistics.js';
import type { Quantiles } from './quantile-summary.js';

interface Bucket {
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

const at = (numbers: readonly number[], index: number): number => numbers[index] ?? 0;
const bucketProto = ({ low, high, count }: Bucket): HistogramBucketProto => ({
  lowValue: low,
  highValue: high,
  sampleCount: count,
});

/**
 * Buckets between quantile boundaries. Buckets with the same upper bound share their weight evenly; the weight of the
 * least value is spread over the first buckets that are alike.
 */
function quantileBuckets({ boundaries, cumulative }: Quantiles): Bucket[] {
  const size = Math.max(0, boundaries.length - 1);
  const counts = Array.from({ length: size }, (_, index) => at(cumulative, index + 1) - at(cumulative, index));
  const high = (index: number): number => at(boundaries, index + 1);
  for (let start = 0, end: number; start < size; start = end) {
    for (end = start + 1; end < size && high(end) === high(start);) end++;
    const share = counts.slice(start, end).reduce((sum, count) => sum + count, 0) / (end - start);
    if (end > start + 1) counts.fill(share, start, end);
  }
  let alike = 0;
  while (alike < size && at(boundaries, alike) === at(boundaries, 0) && high(alike) === high(0)) alike++;
  for (let index = 0; index < alike; index++) counts[index] = at(counts, index) + at(cumulative, 0) / alike;
  return counts.map((count, index) => ({ low: at(boundaries, index), high: high(index), count }));
}

/** TFDV's QUANTILES histogram. */
export function quantilesHistogram(quantiles: Quantiles): HistogramProto {
  return { buckets: quantileBuckets(quantiles).map(bucketProto), type: 'QUANTILES' };
}

/** Every `factor`th boundary. */
export function rebin({ boundaries, cumulative }: Quantiles, factor: number): Quantiles {
  const every = (numbers: readonly number[]): number[] => numbers.filter((_, index) => index % factor === 0);
  return { boundaries: every(boundaries), cumulative: every(cumulative) };
}

export interface ValueRange {
  readonly finiteMin: number;
  readonly finiteMax: number;
  /** Weight of +∞. */
  readonly positiveInfinities: number;
}

function withoutInfinities(quantiles: Quantiles, range: ValueRange): { finite: Quantiles; negative: number } {
  const start = quantiles.boundaries.filter((boundary) => boundary === -Infinity).length;
  const negative = start === 0 ? 0 : at(quantiles.cumulative, start - 1);
  const boundaries = quantiles.boundaries.slice(start);
  const cumulative = quantiles.cumulative.slice(start).map((weight) => weight - negative);
  if (range.positiveInfinities === 0) return { finite: { boundaries, cumulative }, negative };
  const finiteCount = (cumulative.at(-1) ?? 0) - range.positiveInfinities;
  const end = boundaries.findIndex((boundary) => boundary === Infinity);
  const cut = end < 0 ? boundaries.length : end;
  return {
    finite: {
      boundaries: [...boundaries.slice(0, cut), range.finiteMax],
      cumulative: [...cumulative.slice(0, cut), finiteCount],
    },
    negative,
  };
}

/** The part of a bucket's weight inside an interval, and whether the bucket lies wholly before or after it. */
function overlap(bucket: Bucket, low: number, high: number, first: boolean): number | 'before' | 'after' {
  if (bucket.low === bucket.high && bucket.low === low) return first ? 1 : 'before';
  if (bucket.high < low) return 'before';
  if (bucket.low > high) return 'after';
  if (low <= bucket.low && high >= bucket.high) return 1;
  return (Math.min(high, bucket.high) - Math.max(low, bucket.low)) / (bucket.high - bucket.low);
}

/** Boundaries that cut a range into equal widths, as numpy's linspace. */
function equalWidths(low: number, high: number, buckets: number): number[] {
  if (low === high) return [low, high];
  const step = (high - low) / buckets;
  return Array.from({ length: buckets + 1 }, (_, index) => (index === buckets ? high : index * step + low));
}

/**
 * TFDV's STANDARD histogram: buckets of equal width between the least and greatest finite value, their counts
 * interpolated from many quantiles; infinite values have buckets of their own.
 */
export function equalWidthHistogram(quantiles: Quantiles, range: ValueRange, buckets: number): HistogramProto {
  const { finiteMin, finiteMax, positiveInfinities } = range;
  if (!Number.isFinite(finiteMin) && !Number.isFinite(finiteMax)) {
    const count = quantiles.cumulative.at(-1) ?? 0;
    return { buckets: [bucketProto({ low: finiteMin, high: finiteMax, count })] };
  }
  const { finite, negative } = withoutInfinities(quantiles, range);
  const source = quantileBuckets(finite);
  const boundaries = equalWidths(finiteMin, finiteMax, buckets);
  if (!boundaries.every(Number.isFinite)) return {};
  const filled: Bucket[] = negative > 0 ? [{ low: -Infinity, high: -Infinity, count: negative }] : [];
  for (let index = 0, start = 0; index < boundaries.length - 1; index++) {
    const [low, high] = [at(boundaries, index), at(boundaries, index + 1)];
    let count = 0;
    for (let position = start; position < source.length; position++) {
      const bucket = source[position];
      const part = bucket === undefined ? 'after' : overlap(bucket, low, high, index === 0);
      if (part === 'after') break;
      if (part === 'before') start = position;
      else count += part * (bucket?.count ?? 0);
    }
    filled.push({ low, high, count });
  }
  if (positiveInfinities > 0) filled.push({ low: Infinity, high: Infinity, count: positiveInfinities });
  return { buckets: filled.map(bucketProto) };
}
