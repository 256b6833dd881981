import duckdb from '@duckdb/node-bindings';
import type { ExampleColumn } from './example-columns.js';
import type { TextArena } from './text-arena.js';

/*
 * Writes columns into DuckDB's vectors as the memory that they are (see `vector-memory.ts`): a call for each vector
 * instead of one for each value. Texts are of the block that the arena holds.
 */

/** Rows `[start, start + rows)` of a column, none of which has more than one value. */
export function writePlain(
  vector: duckdb.Vector,
  column: ExampleColumn,
  start: number,
  rows: number,
  arena: TextArena,
): void {
  const { offsets } = column;
  const first = offsets[start]!;
  // As many values as rows, and none has two: each has one.
  if (offsets[start + rows]! - first === rows) return writeRun(vector, column, first, rows, arena);
  const present = noRows(rows);
  const hasValue = (row: number): boolean => offsets[start + row + 1]! > offsets[start + row]!;
  if (column.type === 'bytes') {
    const texts = new Uint32Array(rows * 4);
    const { starts, ends } = column;
    for (let row = 0; row < rows; row++) {
      if (!hasValue(row)) continue;
      const at = offsets[start + row]!;
      arena.place(starts[at]!, ends[at]!, texts, row);
      addRow(present, row);
    }
    copy(vector, texts);
  } else {
    const items = column.type === 'int64' ? new BigInt64Array(rows) : new Float32Array(rows);
    for (let row = 0; row < rows; row++) {
      if (!hasValue(row)) continue;
      items[row] = column.numbers[offsets[start + row]!]!;
      addRow(present, row);
    }
    copy(vector, items);
  }
  writeValidity(vector, present);
}

/** Rows `[start, start + rows)` of a column as lists; a row that has the feature with no value has an empty list. */
export function writeLists(
  vector: duckdb.Vector,
  column: ExampleColumn,
  start: number,
  rows: number,
  arena: TextArena,
): void {
  const { offsets, present } = column;
  const first = offsets[start]!;
  const valid = noRows(rows);
  /** Two 64-bit numbers for each row: where its values begin, and how many they are. */
  const entries = new Uint32Array(rows * 4);
  for (let row = 0; row < rows; row++) {
    const from = offsets[start + row]!;
    entries[row * 4] = from - first;
    entries[row * 4 + 2] = offsets[start + row + 1]! - from;
    if (present[start + row] === 1) addRow(valid, row);
  }
  const values = offsets[start + rows]! - first;
  duckdb.list_vector_reserve(vector, values);
  duckdb.list_vector_set_size(vector, values);
  if (values > 0) writeRun(duckdb.list_vector_get_child(vector), column, first, values, arena);
  copy(vector, entries);
  writeValidity(vector, valid);
}

/** Rows without a value. */
export function writeMissing(vector: duckdb.Vector, rows: number): void {
  writeValidity(vector, noRows(rows));
}

/** The `count` values of a column from `first` on, one after another. */
function writeRun(vector: duckdb.Vector, column: ExampleColumn, first: number, count: number, arena: TextArena): void {
  if (column.type !== 'bytes') return copy(vector, column.numbers.subarray(first, first + count));
  const texts = new Uint32Array(count * 4);
  const { starts, ends } = column;
  for (let i = 0; i < count; i++) arena.place(starts[first + i]!, ends[first + i]!, texts, i);
  copy(vector, texts);
}

function copy(vector: duckdb.Vector, items: Uint32Array | BigInt64Array | Float32Array): void {
  duckdb.copy_data_to_vector(vector, 0, items.buffer as ArrayBuffer, items.byteOffset, items.byteLength);
}

/** One bit per row, 1 for a value. */
const noRows = (rows: number): Uint32Array => new Uint32Array(Math.ceil(rows / 64) * 2);

function addRow(present: Uint32Array, row: number): void {
  present[row >>> 5]! |= 1 << (row & 31);
}

function writeValidity(vector: duckdb.Vector, present: Uint32Array): void {
  duckdb.vector_ensure_validity_writable(vector);
  duckdb.copy_data_to_vector_validity(vector, 0, present.buffer as ArrayBuffer, present.byteOffset, present.byteLength);
}
