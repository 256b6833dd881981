import { INLINE_BYTES, isValid, type TextMemory } from '../../formats/vector-memory.js';

/** TFX's types of a CSV column: each value can only move a column to the right. */
export const CELL_TYPES = ['UNKNOWN', 'INT', 'FLOAT', 'STRING'] as const;
export type CellType = (typeof CELL_TYPES)[number];

const UNKNOWN = 0;
const INT = 1;
const FLOAT = 2;
const STRING = 3;

const INT_TEXT = /^[+-]?\d+(?:_\d+)*$/;
const FLOAT_TEXT =
  /^[+-]?(?:(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:e[+-]?\d+(?:_\d+)*)?|inf(?:inity)?|nan)$/i;
const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/**
 * The type that one cell's text shows, as TFX's CSV decoder finds it with Python's `int` and `float`: an integer
 * beyond int64 is STRING. Unlike Python, digits of other scripts are no numbers.
 */
export function typeOfCell(text: string): CellType {
  return CELL_TYPES[rankOfCell(text)]!;
}

/** Whether a cell's text is a value of a type: every INT is a FLOAT, too, and everything is a STRING. */
export function fitsType(text: string, type: CellType): boolean {
  return type === 'STRING' || rankOfCell(text) <= CELL_TYPES.indexOf(type);
}

function rankOfCell(text: string): number {
  if (text === '') return UNKNOWN;
  const trimmed = text.replace(/^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g, '');
  if (INT_TEXT.test(trimmed)) {
    const value = BigInt(trimmed.replace(/^\+|_/g, ''));
    return value >= INT64_MIN && value <= INT64_MAX ? INT : STRING;
  }
  return FLOAT_TEXT.test(trimmed) ? FLOAT : STRING;
}

/** Infers the types of a CSV's columns from all of their cells, chunk by chunk and in any order. */
export class CellTypes {
  readonly #ranks: Uint8Array;
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });

  constructor(columns: number) {
    this.#ranks = new Uint8Array(columns);
  }

  types(): CellType[] {
    return Array.from(this.#ranks, (rank) => CELL_TYPES[rank]!);
  }

  addText(column: number, text: string): void {
    if (this.#ranks[column]! < STRING) this.#ranks[column] = Math.max(this.#ranks[column]!, rankOfCell(text));
  }

  addColumn(column: number, memory: TextMemory, rows: number): void {
    let rank = this.#ranks[column]!;
    for (let row = 0; row < rows && rank < STRING; row++) {
      if (isValid(memory.validity, row)) rank = Math.max(rank, this.#rank(memory, row, rank));
    }
    this.#ranks[column] = rank;
  }

  /** Marks the rows whose cell does not fit the type that was given for the column. */
  markMisfits(type: CellType, memory: TextMemory, misfit: Uint8Array): void {
    const most = CELL_TYPES.indexOf(type);
    if (most === STRING) return;
    for (let row = 0; row < misfit.length; row++) {
      if (isValid(memory.validity, row) && this.#rank(memory, row, most) > most) misfit[row] = 1;
    }
  }

  /** Plain digits, and in a FLOAT column plain decimals, are told without making a string. */
  #rank(memory: TextMemory, row: number, atLeast: number): number {
    const length = memory.words[row * 4]!;
    if (length === 0) return UNKNOWN;
    if (length > INLINE_BYTES) return rankOfCell(this.#decoder.decode(memory.long.at(row)));
    const start = row * 16 + 4;
    let points = 0;
    let at = start;
    if (memory.inline[at] === 0x2d) at++;
    const digitsFrom = at;
    for (; at < start + length; at++) {
      const digit = memory.inline[at]! - 0x30;
      if (digit >= 0 && digit <= 9) continue;
      if (digit !== -2 || points++ > 0 || atLeast < FLOAT) return this.#slowRank(memory, start, length);
    }
    if (at - digitsFrom - points < 1) return this.#slowRank(memory, start, length);
    return points === 0 ? INT : FLOAT;
  }

  #slowRank(memory: TextMemory, start: number, length: number): number {
    return rankOfCell(this.#decoder.decode(memory.inline.subarray(start, start + length)));
  }
}
