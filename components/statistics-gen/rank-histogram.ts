import type { FrequencyProto, RankHistogramProto, StringStatisticsProto } from '../../formats/statistics.js';
import type { TextState } from './dataset-state.js';
import { compareUtf8 } from '../example-validator/rules/feature-path.js';

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

/** What stands for a text that is not UTF-8. */
const PLACEHOLDER = '__BYTES_VALUE__';

interface Ranked {
  readonly topValues?: FrequencyProto[];
  readonly rankHistogram?: RankHistogramProto;
}

/** Text statistics beside the common ones: how many distinct values, and the most frequent ones. */
export function stringStatistics(
  texts: TextState,
  totalValues: number,
  options: RankOptions,
): Omit<StringStatisticsProto, 'commonStats'> {
  const ranked = rank(texts.values, texts.counts, options.frequencyThreshold ?? 1, options);
  const weighted = texts.weights && rank(texts.values, texts.weights, options.weightedFrequencyThreshold ?? 1, options);
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
  { numTopValues = 20, numRankHistogramBuckets = 1000 }: RankOptions,
): Ranked {
  const ordered = values
    .map((value, index) => ({ value, count: counts[index] ?? 0 }))
    .filter(({ count }) => count >= threshold)
    .sort((a, b) => b.count - a.count || compareUtf8(b.value, a.value))
    .map(({ value, count }) => ({ value: value.startsWith('\0') ? PLACEHOLDER : value, count }));
  const topValues = ordered.slice(0, numTopValues).map(({ value, count }) => ({ value, frequency: count }));
  const buckets = ordered
    .slice(0, numRankHistogramBuckets)
    .map(({ value, count }, index) => ({ lowRank: index, highRank: index, label: value, sampleCount: count }));
  return { ...(topValues.length > 0 && { topValues }), ...(buckets.length > 0 && { rankHistogram: { buckets } }) };
}
