import { DISTINCT_ERROR, QUANTILES_ERROR, type CustomStatisticProto } from '../../formats/statistics.js';
import { HASH_LIMIT, type FeatureState } from './dataset-state.js';
import { rankError } from './quantile-summary.js';

/**
 * How far what is not exact may be off, so that whoever reads the statistics knows: ranks of quantiles, as a share of all
 * values, of numbers with more than `SKETCH_LIMIT` distinct values; the number of distinct texts, relatively (one standard
 * error), where shards' states with more were merged. Empty for everything else, which is exact.
 */
export function sketchErrors({ numbers, texts }: FeatureState): CustomStatisticProto[] {
  const error = numbers === undefined ? 0 : rankError(numbers.summary);
  return [
    ...(error > 0 ? [{ name: QUANTILES_ERROR, num: error }] : []),
    ...(texts?.estimated === true ? [{ name: DISTINCT_ERROR, num: 1 / Math.sqrt(HASH_LIMIT) }] : []),
  ];
}
