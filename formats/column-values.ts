import type { DuckDBDataChunk } from '@duckdb/node-api';
import type { ExamplesColumn, RowScalar, RowValue } from './examples.js';
import { INLINE_BYTES, isValid, vectorMemory, type TextMemory, type VectorMemory } from './vector-memory.js';

type Kind = Pick<ExamplesColumn, 'kind' | 'binary'>;

/**
 * The values of a chunk's column of type BIGINT, FLOAT, VARCHAR, BLOB or lists of these: bigint, number, string, bytes,
 * or arrays; null is missing. Nulls inside lists are dropped, as a tf.Example has no place for them. Unlike the engine
 * client's own reading, a text keeps a byte order mark at its beginning.
 */
export function columnValues(chunk: DuckDBDataChunk, index: number, column: Kind): RowValue[] {
  const memory = vectorMemory(chunk.getColumnVector(index));
  if (memory === undefined) throw new TypeError(`column ${index} of the chunk is no feature column`);
  const read = reader(memory, column);
  return Array.from({ length: chunk.rowCount }, (_, row) => read(row));
}

function reader(memory: VectorMemory, column: Kind): (row: number) => RowValue {
  const { validity } = memory;
  if (memory.kind === 'text') {
    const { binary } = column;
    return (row) => (isValid(validity, row) ? textOf(memory, row, binary) : null);
  }
  if (memory.kind === 'list') {
    const item = reader(memory.child, column);
    return (row) => {
      if (!isValid(validity, row)) return null;
      const values: RowScalar[] = [];
      const end = memory.offset(row) + memory.length(row);
      for (let i = memory.offset(row); i < end; i++) {
        const value = item(i);
        if (value !== null) values.push(value as RowScalar);
      }
      return values;
    };
  }
  const { buffer, byteOffset, length } = memory.words;
  if (column.kind === 'INT') {
    const integers = new BigInt64Array(buffer, byteOffset, length >>> 1);
    return (row) => (isValid(validity, row) ? integers[row]! : null);
  }
  const floats = new Float32Array(buffer, byteOffset, length);
  return (row) => (isValid(validity, row) ? floats[row]! : null);
}

function textOf(memory: TextMemory, row: number, binary: boolean): string | Uint8Array {
  const length = memory.words[row * 4]!;
  const { long } = memory;
  if (length > INLINE_BYTES) long.seek(row);
  const bytes = length > INLINE_BYTES ? long.bytes : memory.inline;
  const start = length > INLINE_BYTES ? long.start : row * 16 + 4;
  return binary ? Buffer.from(bytes.subarray(start, start + length)) : bytes.toString('utf8', start, start + length);
}
