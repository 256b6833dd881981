import { HASH_LIMIT, SKETCH_LIMIT, type TextState } from './dataset-state.js';
import { compareKeys } from './text-keys.js';

interface Entry {
  count: number;
  weight: number;
}

/**
 * Texts of two shards together. Counts add up; of an incomplete shard, a text that it does not list may lack up to
 * `unlistedCount`, and the number of distinct texts is estimated from the least hashes (about 1.1 %).
 */
export function mergeTexts(a: TextState, b: TextState): TextState {
  const entries = new Map<string, Entry>();
  for (const state of [a, b])
    for (const [index, value] of state.values.entries()) {
      const entry = entries.get(value) ?? { count: 0, weight: 0 };
      entry.count += state.counts[index] ?? 0;
      entry.weight += state.weights?.[index] ?? 0;
      entries.set(value, entry);
    }
  const ordered = [...entries].sort(([x, { count: m }], [y, { count: n }]) => n - m || compareKeys(y, x));
  const kept = ordered.slice(0, SKETCH_LIMIT);
  const complete = a.complete && b.complete && ordered.length <= SKETCH_LIMIT;
  const hashes = mergeHashes(a, b);
  return {
    totalBytes: a.totalBytes + b.totalBytes,
    minBytes: Math.min(a.minBytes, b.minBytes),
    maxBytes: Math.max(a.maxBytes, b.maxBytes),
    invalidUtf8: a.invalidUtf8 + b.invalidUtf8,
    unique: complete ? ordered.length : Math.max(ordered.length, a.unique, b.unique, estimateDistinct(hashes)),
    ...(!complete && { estimated: true }),
    complete,
    values: kept.map(([value]) => value),
    counts: kept.map(([, { count }]) => count),
    weights: a.weights && kept.map(([, { weight }]) => weight),
    unlistedCount: complete ? 0 : a.unlistedCount + b.unlistedCount + (ordered[SKETCH_LIMIT]?.[1].count ?? 0),
    hashes,
  };
}

/** The least hashes of both; a state with few texts has none, which can hide at most so few. */
function mergeHashes(a: TextState, b: TextState): number[] {
  return [...new Set([...a.hashes, ...b.hashes])].sort((x, y) => x - y).slice(0, HASH_LIMIT);
}

/** Distinct values from the k least of their hashes, as fractions of 1: (k − 1) / the k-th. @see Bar-Yossef et al. 2002 */
function estimateDistinct(hashes: readonly number[]): number {
  const largest = hashes.at(-1);
  return hashes.length < HASH_LIMIT || largest === undefined
    ? hashes.length
    : Math.round((hashes.length - 1) / largest);
}
