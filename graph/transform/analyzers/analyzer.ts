import type { Attributes, Json } from '../graph-spec.js';
import type { Column, Scalar } from '../columns.js';
import { elementAt, elementCount } from '../columns.js';

/**
 * A pass over the data with a mergeable partial state: any split of the rows into parts, each with its own state, merges
 * to the same fitted value.
 */
export interface Analyzer<State = unknown, Fitted = unknown> {
  readonly create: (attributes: Attributes) => State;
  /** Takes a batch of rows in. */
  readonly add: (state: State, columns: readonly Column[], rows: number) => void;
  /** Takes another part's state in. */
  readonly merge: (state: State, other: State) => void;
  readonly finish: (state: State, attributes: Attributes) => Fitted;
  /** A state as JSON, so that a span's part can be kept. */
  readonly encode: (state: State) => Json;
  readonly decode: (json: Json, attributes: Attributes) => State;
}

/** Calls `use` with each element that is present, in row order. */
export function forEachNumber(column: Column | undefined, rows: number, use: (value: number) => void): void {
  if (column === undefined || column.kind === 'string') return;
  if (column.kind === 'constant') {
    for (let row = 0; row < rows; row++) use(column.value as number);
    return;
  }
  const { values, present } = column;
  if (present === undefined || column.offsets !== undefined) {
    for (const value of values) use(value);
    return;
  }
  for (let index = 0; index < values.length; index++) {
    if (present[Math.floor(index / column.width)] === 1) use(values[index] as number);
  }
}

/** Calls `use` with each element that is present and its row's key, or that key's weight, and so on. */
export function forEachPair(
  [left, right]: readonly (Column | undefined)[],
  rows: number,
  use: (left: Scalar, right: Scalar) => void,
): void {
  const count = left?.kind === 'constant' || left === undefined ? rows : elementCount(left);
  for (let index = 0; index < count; index++) {
    if (!isPresent(left, index) || !isPresent(right, index)) continue;
    const a = left && elementAt(left, index);
    const b = right && elementAt(right, index);
    if (a !== undefined && b !== undefined) use(a, b);
  }
}

function isPresent(column: Column | undefined, index: number): boolean {
  return column === undefined || column.kind === 'constant' || column.present?.[index] !== 0;
}
