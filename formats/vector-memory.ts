import {
  DuckDBBigIntVector,
  DuckDBBlobVector,
  DuckDBDoubleVector,
  DuckDBFloatVector,
  DuckDBListVector,
  DuckDBVarCharVector,
  type DuckDBVector,
} from '@duckdb/node-api';
import { LongTexts } from './long-texts.js';

/*
 * DuckDB's vectors as the memory that they are: value objects per cell cost a hundred times more. The layout is that
 * of DuckDB's C interface, which is stable; the fields are those of the pinned @duckdb/node-api, held by tests.
 */

/** A text is 16 bytes: its length, then up to 12 bytes in place, or a prefix of four and a pointer. */
export const INLINE_BYTES = 12;

/** One bit per row, 1 for a value, as 32-bit words; undefined when every row has a value. */
export type ValidityWords = Uint32Array | undefined;

export interface TextMemory {
  readonly kind: 'text';
  /** Shape `[rows * 4]`. */
  readonly words: Int32Array;
  readonly inline: Buffer;
  readonly validity: ValidityWords;
  /** The texts of more than 12 bytes. */
  readonly long: LongTexts;
}

export interface WordsMemory {
  readonly kind: 'words';
  /** Shape `[rows * wordsPerValue]`. */
  readonly words: Int32Array;
  readonly wordsPerValue: 1 | 2;
  readonly validity: ValidityWords;
}

export interface ListMemory {
  readonly kind: 'list';
  readonly validity: ValidityWords;
  readonly child: VectorMemory;
  offset(row: number): number;
  length(row: number): number;
}

export type VectorMemory = TextMemory | WordsMemory | ListMemory;

interface Inside {
  readonly dataView: DataView;
  readonly items: BigInt64Array | Float32Array | Float64Array;
  readonly validity: { readonly data: BigUint64Array | null };
}

/** The memory of a BIGINT, FLOAT, DOUBLE, VARCHAR or BLOB vector, or of lists of these; undefined for other types. */
export function vectorMemory(vector: DuckDBVector): VectorMemory | undefined {
  const inside = vector as unknown as Inside;
  if (vector instanceof DuckDBVarCharVector || vector instanceof DuckDBBlobVector) return textMemory(inside);
  if (vector instanceof DuckDBFloatVector)
    return { kind: 'words', words: wordsOf(inside.items), wordsPerValue: 1, validity: validityOf(inside) };
  if (vector instanceof DuckDBBigIntVector || vector instanceof DuckDBDoubleVector) {
    return { kind: 'words', words: wordsOf(inside.items), wordsPerValue: 2, validity: validityOf(inside) };
  }
  if (vector instanceof DuckDBListVector) {
    const child = vectorMemory(vector.childVector);
    if (child === undefined) return undefined;
    return {
      kind: 'list',
      validity: validityOf(inside),
      child,
      offset: (row) => vector.getEntryOffset(row),
      length: (row) => vector.getEntryLength(row),
    };
  }
  return undefined;
}

/** The values of a UBIGINT vector, to be written; `flush` hands them to DuckDB. */
export function unsignedItems(vector: DuckDBVector): Uint32Array {
  const { items } = vector as unknown as { readonly items: BigUint64Array };
  return new Uint32Array(items.buffer, items.byteOffset, items.length * 2);
}

/** Whether a row has a value. */
export function isValid(validity: ValidityWords, row: number): boolean {
  return validity === undefined || ((validity[row >>> 5]! >>> (row & 31)) & 1) === 1;
}

function textMemory({ dataView, validity }: Inside): TextMemory {
  const { buffer, byteOffset, byteLength } = dataView;
  const words = new Int32Array(buffer, byteOffset, byteLength >>> 2);
  const valid = validityWords(validity.data);
  return {
    kind: 'text',
    words,
    inline: Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength),
    validity: valid,
    long: new LongTexts(words, (row) => isValid(valid, row)),
  };
}

function wordsOf(items: Inside['items']): Int32Array {
  return new Int32Array(items.buffer, items.byteOffset, items.byteLength >>> 2);
}

function validityOf(inside: Inside): ValidityWords {
  return validityWords(inside.validity.data);
}

function validityWords(data: BigUint64Array | null): ValidityWords {
  return data === null ? undefined : new Uint32Array(data.buffer, data.byteOffset, data.length * 2);
}
