import type { FrequencyProto, RankHistogramProto, StringStatisticsProto } from '../../formats/statistics.js';
import type { TextState } from './dataset-state.js';
import { compareKeys, shownText } from './text-keys.js';

export interface RankOptions {
  /** Default 20. */
  readonly numTopValues?: number | undefined;
  /** Default 1000. */
  readonly numRankHistogramBuckets?: number | undefined;
  /** Rarer values are not listed. Default 1. */
  readonly frequencyThreshold?: number | undefined;
  /** The same by weight. Default 1. */
  readonly weightedFrequencyThreshold?: number | undefined;
}

/** How values of equal frequency are ordered: texts by their bytes, integers that count as names by their size. */
export type ValueOrder = 'text' | 'integer';

interface Ranked {
  readonly topValues?: FrequencyProto[];
  readonly rankHistogram?: RankHistogramProto;
}

/** Text statistics beside the common ones: how many distinct values, and the most frequent ones. */
export function stringStatistics(
  texts: TextState,
  totalValues: number,
  options: RankOptions,
  order: ValueOrder = 'text',
): Omit<StringStatisticsProto, 'commonStats'> {
  const by = (counts: readonly number[], threshold = 1): Ranked =>
    rank(texts.values, counts, threshold, order, options);
  const ranked = by(texts.counts, options.frequencyThreshold);
  const weighted = texts.weights && by(texts.weights, options.weightedFrequencyThreshold);
  return {
    unique: texts.unique,
    ...ranked,
    ...(totalValues > 0 && { avgLength: Math.fround(texts.totalBytes / totalValues) }),
    ...(texts.invalidUtf8 > 0 && { invalidUtf8Count: texts.invalidUtf8 }),
    ...(weighted && { weightedStringStats: weighted }),
  };
}

function rank(
  values: readonly string[],
  counts: readonly number[],
  threshold: number,
  order: ValueOrder,
  { numTopValues = 20, numRankHistogramBuckets = 1000 }: RankOptions,
): Ranked {
  const descending = order === 'integer' ? compareIntegers : compareKeys;
  const ordered = values
    .map((value, index) => ({ value, count: counts[index] ?? 0 }))
    .filter(({ count }) => count >= threshold)
    .sort((a, b) => b.count - a.count || descending(b.value, a.value))
    .map(({ value, count }) => ({ value: shownText(value), count }));
  const topValues = ordered.slice(0, numTopValues).map(({ value, count }) => ({ value, frequency: count }));
  const buckets = ordered
    .slice(0, numRankHistogramBuckets)
    .map(({ value, count }, index) => ({ lowRank: index, highRank: index, label: value, sampleCount: count }));
  return { ...(topValues.length > 0 && { topValues }), ...(buckets.length > 0 && { rankHistogram: { buckets } }) };
}

function compareIntegers(a: string, b: string): number {
  const [x, y] = [BigInt(a), BigInt(b)];
  return x === y ? 0 : x < y ? -1 : 1;
}
