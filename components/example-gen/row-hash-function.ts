import { DuckDBScalarFunction, UBIGINT, VARCHAR, type DuckDBConnection, type DuckDBDataChunk } from '@duckdb/node-api';
import { unsignedItems, vectorMemory, type TextMemory } from '../../formats/vector-memory.js';
import type { CellType, CellTypes } from './cell-type.js';
import { finishLanes, mixColumn, startLanes } from './row-hash.js';

let registered = 0;

/**
 * Makes the row hash of text columns `c0`, `c1`, … a SQL function, and returns its call. While it runs it also shows
 * every cell to `types`.
 *
 * @param given - types that were given for columns, one for each; a row with a value that does not fit one has no
 *   hash (null).
 */
export function registerRowHash(
  connection: DuckDBConnection,
  types: CellTypes,
  given: readonly (CellType | undefined)[],
): string {
  const name = `row_hash_${registered++}`;
  connection.registerScalarFunction(
    DuckDBScalarFunction.create({
      name,
      returnType: UBIGINT,
      varArgsType: VARCHAR,
      specialHandling: true,
      volatile: true,
      mainFunction: (_info, chunk, output) => {
        const misfit = hashChunk(chunk, types, given, unsignedItems(output));
        for (let row = misfit?.indexOf(1) ?? -1; row >= 0; row = misfit!.indexOf(1, row + 1)) output.setItem(row, null);
        output.flush();
      },
    }),
  );
  return `${name}(${given.map((_, i) => `c${i}`).join(', ')})`;
}

/** Returns which rows do not fit the given types, or undefined when no types are given. */
function hashChunk(
  chunk: DuckDBDataChunk,
  types: CellTypes,
  given: readonly (CellType | undefined)[],
  out: Uint32Array,
): Uint8Array | undefined {
  const rows = chunk.rowCount;
  const lanes = startLanes(rows);
  const misfit = given.some((type) => type !== undefined) ? new Uint8Array(rows) : undefined;
  for (const [column, type] of given.entries()) {
    const memory = vectorMemory(chunk.getColumnVector(column)) as TextMemory;
    mixColumn(lanes, memory, rows);
    if (type === undefined) types.addColumn(column, memory, rows);
    else types.markMisfits(type, memory, misfit!);
  }
  finishLanes(lanes, rows, out);
  return misfit;
}
