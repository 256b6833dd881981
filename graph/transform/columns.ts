import type { NodeType, Shape } from './graph-spec.js';
import { widthOf } from './graph-spec.js';
import type { BinaryString } from './bytes.js';

/** One element: a number (int64 as a whole number up to 2^53, bool as 0 or 1) or a binary string. */
export type Scalar = number | BinaryString;
/** One row's value: an element, or a vector's or list's elements. */
export type RowValue = Scalar | readonly Scalar[];

interface Structure {
  /** 1 where the row has the value; undefined when all rows have it. */
  readonly present?: Uint8Array | undefined;
  /** Elements per row, for scalars and vectors. */
  readonly width: number;
  /** Ragged columns: row i's elements are `offsets[i]` to `offsets[i + 1]`. */
  readonly offsets?: Int32Array | undefined;
}

/** Numbers: float32 in a Float32Array, int64 and bool in a Float64Array. */
export interface NumberColumn extends Structure {
  readonly kind: 'number';
  readonly values: Float32Array | Float64Array;
}

/** Strings, dictionary-encoded: operations on one string run once per distinct value. */
export interface StringColumn extends Structure {
  readonly kind: 'string';
  /** Index into `dictionary`; -1 where missing. */
  readonly codes: Int32Array;
  readonly dictionary: readonly BinaryString[];
}

export interface ConstantColumn {
  readonly kind: 'constant';
  readonly value: Scalar;
}

/** The values of one node for a batch of rows. */
export type Column = NumberColumn | StringColumn | ConstantColumn;
export type DataColumn = NumberColumn | StringColumn;

/** Turns strings into codes of a growing dictionary. */
export class Dictionary {
  readonly values: BinaryString[] = [];
  readonly #codes = new Map<BinaryString, number>();

  code(value: BinaryString): number {
    const known = this.#codes.get(value);
    if (known !== undefined) return known;
    const code = this.values.length;
    this.values.push(value);
    this.#codes.set(value, code);
    return code;
  }
}

/** How many elements a column holds in all. */
export function elementCount(column: DataColumn): number {
  return column.kind === 'number' ? column.values.length : column.codes.length;
}

/** Reads element `index` of a column; undefined where a string is missing. */
export function elementAt(column: Column, index: number): Scalar | undefined {
  if (column.kind === 'constant') return column.value;
  if (column.kind === 'number') return column.values[index];
  const code = column.codes[index];
  return code === undefined || code < 0 ? undefined : column.dictionary[code];
}

/** Row `row`'s value, or null where it is missing. */
export function rowValueAt(column: Column, row: number, shape: Shape): RowValue | null {
  if (column.kind === 'constant') return column.value;
  if (column.present?.[row] === 0) return null;
  if (shape !== 'ragged' && shape.length === 0) return elementAt(column, row) ?? null;
  const from = column.offsets?.[row] ?? row * column.width;
  const to = column.offsets?.[row + 1] ?? from + column.width;
  const elements: Scalar[] = [];
  for (let index = from; index < to; index++) elements.push(elementAt(column, index) as Scalar);
  return elements;
}

/** Builds a column of `rows` rows from a function that gives each row's value, or null where it is missing. */
export function buildColumn(type: NodeType, rows: number, valueOf: (row: number) => RowValue | null): DataColumn {
  const present = new Uint8Array(rows);
  const ragged = type.shape === 'ragged';
  const width = widthOf(type.shape);
  const offsets = ragged ? new Int32Array(rows + 1) : undefined;
  const elements: (Scalar | undefined)[] = [];
  let missing = 0;
  for (let row = 0; row < rows; row++) {
    const value = valueOf(row);
    if (value === null) missing++;
    else present[row] = 1;
    if (Array.isArray(value)) for (const element of value as readonly Scalar[]) elements.push(element);
    else if (value !== null) elements.push(value as Scalar);
    else if (!ragged) for (let i = 0; i < width; i++) elements.push(undefined);
    if (offsets) offsets[row + 1] = elements.length;
  }
  return { ...packElements(type, elements), width, offsets, present: missing > 0 ? present : undefined };
}

function packElements(type: NodeType, elements: readonly (Scalar | undefined)[]) {
  if (type.dtype === 'string') {
    const dictionary = new Dictionary();
    const codes = Int32Array.from(elements, (element) =>
      element === undefined ? -1 : dictionary.code(element as string),
    );
    return { kind: 'string', codes, dictionary: dictionary.values } as const;
  }
  const values = newNumbers(type, elements.length);
  elements.forEach((element, index) => (values[index] = (element ?? 0) as number));
  return { kind: 'number', values } as const;
}

/** An array for numbers of a type. */
export function newNumbers(type: Pick<NodeType, 'dtype'>, length: number): Float32Array | Float64Array {
  return type.dtype === 'float32' ? new Float32Array(length) : new Float64Array(length);
}
