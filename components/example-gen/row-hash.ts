import type { LongTexts } from '../../formats/long-texts.js';
import {
  INLINE_BYTES,
  isValid,
  type ListMemory,
  type TextMemory,
  type VectorMemory,
  type WordsMemory,
} from '../../formats/vector-memory.js';

/*
 * The row hash: 64 bits as two lanes of 32, multiply-xor rounds with MurmurHash3's constants and finalizer. It is
 * ours, so that the split of a row never changes with an engine's version, machine or thread count:
 *
 * - a row is its columns in order; a column begins with MARK, or MISSING for a blank;
 * - text is cut into pieces of 12 code points; each piece mixes its byte length, then its bytes as little-endian
 *   32-bit words, zero padded; an empty text has no piece;
 * - int64 and float64 mix two words, float32 one, low word first; a list mixes its length, then each value.
 */
const MARK = 0x27d4eb2f;
const MISSING = 0x165667b1;
const PIECE_CODE_POINTS = 12;

/** Running lanes of the rows of one chunk, shape `[rows]` each. */
export interface Lanes {
  readonly a: Int32Array;
  readonly b: Int32Array;
}

export function startLanes(rows: number): Lanes {
  return { a: new Int32Array(rows).fill(0x9e3779b9 | 0), b: new Int32Array(rows).fill(0x85ebca6b | 0) };
}

/** Mixes one column of a chunk into the rows' lanes. */
export function mixColumn(lanes: Lanes, memory: VectorMemory, rows: number): void {
  for (let row = 0; row < rows; row++) {
    const present = isValid(memory.validity, row);
    mix(lanes, row, present ? MARK : MISSING);
    if (present) mixValue(lanes, row, memory, row);
  }
}

/** Writes the finished 64-bit hashes, lane a in the low word. `out` has shape `[rows * 2]`. */
export function finishLanes(lanes: Lanes, rows: number, out: Uint32Array): void {
  for (let row = 0; row < rows; row++) {
    const a = finalize(lanes.a[row]! ^ Math.imul(lanes.b[row]!, 0x9e3779b1));
    const b = finalize(lanes.b[row]! + Math.imul(a, 0x85ebca77));
    out[row * 2] = a;
    out[row * 2 + 1] = b;
  }
}

function mix(lanes: Lanes, row: number, word: number): void {
  const a = Math.imul(lanes.a[row]! ^ Math.imul(word, 0xcc9e2d51), 0x85ebca6b);
  const b = Math.imul(lanes.b[row]! ^ word, 0x1b873593);
  lanes.a[row] = (a ^ (a >>> 15)) + b;
  lanes.b[row] = b ^ (b >>> 13);
}

function mixValue(lanes: Lanes, row: number, memory: VectorMemory, at: number): void {
  if (memory.kind === 'text') mixText(lanes, row, memory, at);
  else if (memory.kind === 'words') mixWords(lanes, row, memory, at);
  else mixList(lanes, row, memory, at);
}

function mixWords(lanes: Lanes, row: number, memory: WordsMemory, at: number): void {
  if (memory.wordsPerValue === 1) return mix(lanes, row, memory.words[at]!);
  mix(lanes, row, memory.words[at * 2]!);
  mix(lanes, row, memory.words[at * 2 + 1]!);
}

function mixList(lanes: Lanes, row: number, memory: ListMemory, at: number): void {
  const offset = memory.offset(at);
  const length = memory.length(at);
  mix(lanes, row, length);
  for (let i = offset; i < offset + length; i++) {
    const present = isValid(memory.child.validity, i);
    mix(lanes, row, present ? MARK : MISSING);
    if (present) mixValue(lanes, row, memory.child, i);
  }
}

function mixText(lanes: Lanes, row: number, memory: TextMemory, at: number): void {
  const { words } = memory;
  const length = words[at * 4]!;
  if (length > INLINE_BYTES) return mixLongText(lanes, row, memory.long, at, length);
  if (length === 0) return;
  // At most 12 bytes are at most 12 code points: one piece, and DuckDB keeps the rest of the 12 bytes zero.
  mix(lanes, row, length);
  mix(lanes, row, words[at * 4 + 1]!);
  if (length > 4) mix(lanes, row, words[at * 4 + 2]!);
  if (length > 8) mix(lanes, row, words[at * 4 + 3]!);
}

function mixLongText(lanes: Lanes, row: number, long: LongTexts, at: number, length: number): void {
  long.seek(at);
  const { bytes } = long;
  let { start } = long;
  const textEnd = start + length;
  while (start < textEnd) {
    let end = start;
    for (let points = 0; end < textEnd; end++) {
      const isStart = (bytes[end]! & 0xc0) !== 0x80;
      if (isStart && points++ === PIECE_CODE_POINTS) break;
    }
    mix(lanes, row, end - start);
    for (let i = start; i < end; i += 4) mix(lanes, row, wordAt(bytes, i, end));
    start = end;
  }
}

function wordAt(bytes: Uint8Array, at: number, end: number): number {
  let word = 0;
  for (let i = Math.min(at + 4, end) - 1; i >= at; i--) word = (word << 8) | bytes[i]!;
  return word;
}

/** MurmurHash3's 32-bit finalizer. */
function finalize(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
