import { DuckDBScalarFunction, UBIGINT, VARCHAR, type DuckDBConnection, type DuckDBDataChunk } from '@duckdb/node-api';
import { unsignedItems, vectorMemory, type TextMemory } from '../../formats/vector-memory.js';
import type { CellType, CellTypes } from './cell-type.js';
import { finishLanes, mixColumn, mixTextPiece, startLanes } from './row-hash.js';

const PIECE_CODE_POINTS = 12;
/** Beyond this a text's rest is one piece: cutting costs more than reading it in place. */
const MAX_PIECES = 4;

let registered = 0;

/**
 * Makes the row hash of text columns `c0`, `c1`, … a SQL function, and returns its call. While it runs it also shows
 * every cell to `types`. A text of more than 12 bytes is costly to read from JavaScript, so columns that look long in
 * the sample are handed over in pieces; the hash is the same with any number of pieces.
 *
 * @param longest - the longest text of each column in the sample, in code points.
 * @param given - types that were given for columns; a row with a value that does not fit one has no hash (null).
 */
export function registerRowHash(
  connection: DuckDBConnection,
  longest: readonly number[],
  types: CellTypes,
  given: readonly (CellType | undefined)[],
): string {
  const name = `row_hash_${registered++}`;
  const layout = longest.map((length) => Math.min(Math.max(1, Math.ceil(length / PIECE_CODE_POINTS)), MAX_PIECES));
  connection.registerScalarFunction(
    DuckDBScalarFunction.create({
      name,
      returnType: UBIGINT,
      varArgsType: VARCHAR,
      specialHandling: true,
      volatile: true,
      mainFunction: (_info, chunk, output) => {
        const misfit = hashChunk(chunk, { layout, types, given }, unsignedItems(output));
        for (let row = misfit?.indexOf(1) ?? -1; row >= 0; row = misfit!.indexOf(1, row + 1)) output.setItem(row, null);
        output.flush();
      },
    }),
  );
  return `${name}(${layout.flatMap((pieces, i) => pieceArguments(`c${i}`, pieces)).join(', ')})`;
}

function pieceArguments(column: string, pieces: number): string[] {
  if (pieces === 1) return [column];
  return Array.from({ length: pieces }, (_, k) => {
    const start = k * PIECE_CODE_POINTS + 1;
    return k < pieces - 1 ? `substring(${column}, ${start}, ${PIECE_CODE_POINTS})` : `substring(${column}, ${start})`;
  });
}

interface HashPlan {
  /** Pieces per column. */
  readonly layout: readonly number[];
  readonly types: CellTypes;
  readonly given: readonly (CellType | undefined)[];
}

/** Returns which rows do not fit the given types, or undefined when no types are given. */
function hashChunk(
  chunk: DuckDBDataChunk,
  { layout, types, given }: HashPlan,
  out: Uint32Array,
): Uint8Array | undefined {
  const rows = chunk.rowCount;
  const lanes = startLanes(rows);
  const misfit = given.some((type) => type !== undefined) ? new Uint8Array(rows) : undefined;
  let argument = 0;
  for (const [column, pieces] of layout.entries()) {
    const first = vectorMemory(chunk.getColumnVector(argument++)) as TextMemory;
    mixColumn(lanes, first, rows);
    const rest: TextMemory[] = [];
    for (let k = 1; k < pieces; k++) {
      const piece = vectorMemory(chunk.getColumnVector(argument++)) as TextMemory;
      mixTextPiece(lanes, piece, rows);
      rest.push(piece);
    }
    const type = given[column];
    if (type === undefined) types.addColumn(column, first, rows, rest);
    else types.markMisfits(type, first, rest, misfit!);
  }
  finishLanes(lanes, rows, out);
  return misfit;
}
