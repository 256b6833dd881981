import duckdb from '@duckdb/node-bindings';
import { BLOB, DuckDBDataChunk } from '@duckdb/node-api';
import { INLINE_BYTES } from './vector-memory.js';

/** A text's place in a vector. */
const TEXT_BYTES = 16;
const PREFIX_BYTES = 4;

/**
 * A block of bytes where DuckDB sees it, so that texts need only be named by their places in it: handing them over one
 * by one costs more than reading them.
 */
export class TextArena {
  readonly #chunk = DuckDBDataChunk.create([BLOB], 1);
  #source: Uint8Array = new Uint8Array(0);
  #address = { low: 0, high: 0 };

  /** Holds a block instead of the one before, whose texts must have been copied by now. */
  hold(source: Uint8Array): void {
    this.#source = source;
    this.#chunk.reset();
    const vector = duckdb.data_chunk_get_vector(this.#chunk.chunk, 0);
    duckdb.vector_assign_string_element_len(vector, 0, source);
    const text = duckdb.vector_get_data(vector, TEXT_BYTES);
    const words = new Uint32Array(text.buffer, text.byteOffset, 4);
    this.#address = { low: words[2]!, high: words[3]! };
  }

  /**
   * Writes the block's bytes `[start, end)` as item `row` of a vector's texts: the length, then up to 12 bytes in place,
   * or the first four and an address.
   */
  place(start: number, end: number, texts: Uint32Array, row: number): void {
    const source = this.#source;
    const length = end - start;
    const at = row * 4;
    texts[at] = length;
    const copied = length > INLINE_BYTES ? PREFIX_BYTES : length;
    for (let i = 0; i < copied; i++) texts[at + 1 + (i >>> 2)]! |= source[start + i]! << ((i & 3) * 8);
    if (length <= INLINE_BYTES) return;
    const { low, high } = this.#address;
    texts[at + 2] = low + start;
    texts[at + 3] = high + (low + start > 0xffffffff ? 1 : 0);
  }
}
