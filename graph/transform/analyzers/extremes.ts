import type { Analyzer } from './analyzer.js';
import { forEachNumber } from './analyzer.js';
import type { Extremes } from './fitted.js';

export interface ExtremesState {
  count: number;
  min: number;
  max: number;
}

export const newExtremes = (): ExtremesState => ({ count: 0, min: Infinity, max: -Infinity });

/** Takes one value in; NaN is left out. */
export function addToExtremes(state: ExtremesState, value: number): void {
  if (Number.isNaN(value)) return;
  state.count += 1;
  if (value < state.min) state.min = value;
  if (value > state.max) state.max = value;
}

export function mergeExtremes(state: ExtremesState, other: ExtremesState): void {
  state.count += other.count;
  state.min = Math.min(state.min, other.min);
  state.max = Math.max(state.max, other.max);
}

export function finishExtremes({ count, min, max }: ExtremesState): Extremes {
  return count === 0 ? { count, min: 0, max: 0 } : { count, min, max };
}

/** Smallest and largest value. */
export const extremes: Analyzer<ExtremesState, Extremes> = {
  create: newExtremes,
  add: (state, columns, rows) => forEachNumber(columns[0], rows, (value) => addToExtremes(state, value)),
  merge: mergeExtremes,
  finish: finishExtremes,
  encode: ({ count, min, max }) => (count === 0 ? { count } : { count, min: String(min), max: String(max) }),
  decode: (json) => {
    const { count, min, max } = json as { count: number; min?: string; max?: string };
    return count === 0 ? newExtremes() : { count, min: Number(min), max: Number(max) };
  },
};
