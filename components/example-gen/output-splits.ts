import type { HashSplit } from './split-config.js';
import type { OutputSplit, RowTable } from './write-splits.js';

/** Splits a table by the row hash: bucket = hash mod the sum of the shares, in the order of the splits. */
export function hashSplits(source: RowTable, splits: readonly HashSplit[], hash = 'h'): OutputSplit[] {
  const buckets = splits.reduce((sum, split) => sum + split.hashBuckets, 0);
  let from = 0;
  return splits.map(({ name, hashBuckets }) => {
    const bucket = `${hash} % ${buckets}::UBIGINT`;
    const where = `${bucket} >= ${from}::UBIGINT AND ${bucket} < ${from + hashBuckets}::UBIGINT`;
    from += hashBuckets;
    return { name, source, where };
  });
}
