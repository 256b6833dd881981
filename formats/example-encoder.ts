import type { DuckDBDataChunk } from '@duckdb/node-api';
import type { ExamplesColumn } from './examples.js';
import { EncodedColumn, lengthBytes, writeLength } from './encoded-column.js';
import { exampleTypes } from './example-types.js';
import { compareUtf8 } from './tf-example.js';
import { FOOTER_BYTES, HEADER_BYTES, type RecordBlock } from './tfrecord.js';

const BLOCK_BYTES = 1 << 22;

/** Columns in the order of a chunk's; those in which no row has a value have no kind. */
export interface EncodedColumnSpec extends ExamplesColumn {
  readonly isBlank?: boolean;
}

/**
 * Serializes chunks of feature columns as tf.Examples, a column after the other: the same bytes as `encodeExample`'s,
 * twenty times faster. Missing values are left out.
 */
export class ExampleEncoder {
  readonly #columns: readonly EncodedColumn[];

  /**
   * @param emptyLists - missing values are present features without values, as TFX writes them.
   * @throws EXAMPLES_COLUMN_UNSUPPORTED for lists of lists.
   */
  constructor(columns: readonly EncodedColumnSpec[], emptyLists = false) {
    const types = exampleTypes(columns.filter(({ isBlank }) => isBlank !== true));
    this.#columns = columns
      .map(({ name, isBlank }, index) => new EncodedColumn(name, isBlank ? undefined : types[name], index, emptyLists))
      .sort((a, b) => compareUtf8(a.name, b.name));
  }

  /** The rows' records in blocks of some MiB, each with room around it for its frame in a TFRecord file. */
  *encode(chunk: DuckDBDataChunk): Generator<RecordBlock> {
    const rows = chunk.rowCount;
    const sizes = new Float64Array(rows);
    for (const column of this.#columns) column.open(chunk, sizes);
    for (let from = 0; from < rows;) {
      let to = from;
      let bytes = 0;
      while (to < rows && (bytes === 0 || bytes < BLOCK_BYTES)) bytes += framedBytes(sizes[to++]!);
      yield this.#block(sizes, from, to, bytes);
      from = to;
    }
  }

  #block(sizes: Float64Array, from: number, to: number, length: number): RecordBlock {
    const bytes = Buffer.allocUnsafe(length);
    const count = to - from;
    const [starts, ends, cursors] = [new Int32Array(count), new Int32Array(count), new Int32Array(count)];
    let at = 0;
    for (let i = 0; i < count; i++) {
      const size = sizes[from + i]!;
      starts[i] = at + HEADER_BYTES;
      bytes[starts[i]!] = 0x0a;
      cursors[i] = writeLength(bytes, starts[i]! + 1, size);
      ends[i] = cursors[i]! + size;
      at = ends[i]! + FOOTER_BYTES;
    }
    for (const column of this.#columns) column.write(bytes, cursors, from);
    return { bytes, starts, ends, count, offset: 0, firstRecord: 0 };
  }
}

/** A record's bytes with its frame, from those of its features. */
const framedBytes = (features: number): number => HEADER_BYTES + 1 + lengthBytes(features) + features + FOOTER_BYTES;
