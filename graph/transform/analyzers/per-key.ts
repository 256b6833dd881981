import type { BinaryString } from '../bytes.js';
import { binaryFromJson, binaryToJson } from '../bytes.js';
import type { Attributes, Json } from '../graph-spec.js';
import type { Analyzer } from './analyzer.js';
import { forEachPair } from './analyzer.js';
import { addToExtremes, extremes, type ExtremesState } from './extremes.js';
import type { Extremes, Moments, PerKey, Quantiles } from './fitted.js';
import { addToMoments, moments, type MomentsState } from './moments.js';
import { quantiles } from './quantiles.js';
import type { SortedCounts } from './sorted-counts.js';

/** The same analysis for each key apart. Inputs: the numbers, and each row's key. */
function perKey<State, Fitted>(
  analyzer: Analyzer<State, Fitted>,
  addOne: (state: State, value: number) => void,
): Analyzer<Map<BinaryString, State>, PerKey<Fitted>> {
  return {
    create: () => new Map(),
    add: (states, columns, rows) =>
      forEachPair(columns, rows, (value, key) => {
        let state = states.get(String(key));
        if (state === undefined) states.set(String(key), (state = analyzer.create({})));
        addOne(state, value as number);
      }),
    merge: (states, others) =>
      others.forEach((other, key) => {
        const state = states.get(key);
        if (state === undefined) states.set(key, other);
        else analyzer.merge(state, other);
      }),
    finish: (states, attributes) => {
      const keys = [...states.keys()].sort();
      return { keys, values: keys.map((key) => analyzer.finish(states.get(key) as State, attributes)) };
    },
    encode: (states) => [...states].map(([key, state]): Json => [binaryToJson(key), analyzer.encode(state)]),
    decode: (json, attributes: Attributes) =>
      new Map(
        (json as [Json, Json][]).map(([key, state]) => [binaryFromJson(key), analyzer.decode(state, attributes)]),
      ),
  };
}

export const momentsPerKey: Analyzer<Map<BinaryString, MomentsState>, PerKey<Moments>> = perKey(moments, addToMoments);
export const extremesPerKey: Analyzer<Map<BinaryString, ExtremesState>, PerKey<Extremes>> = perKey(
  extremes,
  addToExtremes,
);
export const quantilesPerKey: Analyzer<Map<BinaryString, SortedCounts>, PerKey<Quantiles>> = perKey(
  quantiles,
  (state, value) => state.add(value),
);
