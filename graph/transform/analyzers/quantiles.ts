import type { Analyzer } from './analyzer.js';
import { forEachNumber } from './analyzer.js';
import type { Quantiles } from './fitted.js';
import { SortedCounts } from './sorted-counts.js';

/** Bucket boundaries. Attribute: `numBuckets`. */
export const quantiles: Analyzer<SortedCounts, Quantiles> = {
  create: () => new SortedCounts(),
  add: (state, columns, rows) => forEachNumber(columns[0], rows, (value) => state.add(value)),
  merge: (state, other) => state.merge(other),
  finish: (state, attributes) => ({ boundaries: state.quantiles(attributes['numBuckets'] as number) }),
  encode: (state) => state.toJson(),
  decode: (json) => SortedCounts.fromJson(json as { values: string; counts: string }),
};
