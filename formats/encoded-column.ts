import type { DuckDBDataChunk } from '@duckdb/node-api';
import type { FeatureType } from './tf-example.js';
import { INLINE_BYTES, isValid, vectorMemory, type VectorMemory } from './vector-memory.js';

const KIND_TAGS: Readonly<Record<FeatureType, number>> = { bytes: 0x0a, float: 0x12, int64: 0x1a };

/** One column's part of serialized tf.Examples: an entry of the map of features for each row. */
export class EncodedColumn {
  readonly name: string;
  readonly #type: FeatureType | undefined;
  readonly #index: number;
  readonly #emptyLists: boolean;
  /** The entry's first field: the tag, the length and the bytes of the name. */
  readonly #key: Uint8Array;
  #rows: VectorMemory | undefined;
  /** Of the rows' values, or of their lists' items. */
  #values: Exclude<VectorMemory, { readonly kind: 'list' }> | undefined;
  /** Bytes of each row's values. */
  #payloads = new Float64Array(0);

  /** @param type - undefined for a column whose features have no kind. */
  constructor(name: string, type: FeatureType | undefined, index: number, emptyLists: boolean) {
    this.name = name;
    this.#type = type;
    this.#index = index;
    this.#emptyLists = emptyLists;
    const bytes = Buffer.from(name);
    const key = Buffer.alloc(6 + bytes.length);
    key[0] = 0x0a;
    const at = writeLength(key, 1, bytes.length);
    key.set(bytes, at);
    this.#key = new Uint8Array(key.subarray(0, at + bytes.length));
  }

  /** Takes the column of a chunk, and adds the bytes of each row's entry to `sizes`. */
  open(chunk: DuckDBDataChunk, sizes: Float64Array): void {
    const memory = vectorMemory(chunk.getColumnVector(this.#index));
    const values = memory?.kind === 'list' ? memory.child : memory;
    if (memory === undefined || values === undefined || values.kind === 'list')
      throw new TypeError(`column ${this.#index} of the chunk is no feature column`);
    this.#rows = memory;
    this.#values = values;
    const rows = sizes.length;
    if (this.#payloads.length < rows) this.#payloads = new Float64Array(rows);
    for (let row = 0; row < rows; row++) {
      if (!this.#isWritten(row)) continue;
      this.#payloads[row] = this.#payload(row);
      sizes[row]! += delimitedBytes(this.#entryBytes(row));
    }
  }

  /** Writes the entries of the rows from `first` on, each at its cursor, which moves behind it. */
  write(bytes: Buffer, cursors: Int32Array, first: number): void {
    for (let i = 0; i < cursors.length; i++) {
      if (this.#isWritten(first + i)) cursors[i] = this.#writeEntry(bytes, cursors[i]!, first + i);
    }
  }

  #isWritten(row: number): boolean {
    return this.#emptyLists || isValid(this.#rows!.validity, row);
  }

  #writeEntry(bytes: Buffer, start: number, row: number): number {
    let at = writeField(bytes, start, 0x0a, this.#entryBytes(row));
    for (let i = 0; i < this.#key.length; i++) bytes[at + i] = this.#key[i]!;
    at += this.#key.length;
    if (this.#type === undefined) return writeField(bytes, at, 0x12, 0);
    const list = this.#listBytes(row);
    at = writeField(bytes, at, 0x12, delimitedBytes(list));
    at = writeField(bytes, at, KIND_TAGS[this.#type], list);
    if (list === 0) return at;
    if (this.#type !== 'bytes') at = writeField(bytes, at, 0x0a, this.#payloads[row]!);
    const [from, to] = this.#range(row);
    for (let value = from; value < to; value++) {
      if (isValid(this.#values!.validity, value)) at = this.#writeValue(bytes, at, value);
    }
    return at;
  }

  #writeValue(bytes: Buffer, at: number, value: number): number {
    const memory = this.#values!;
    if (memory.kind === 'words') {
      if (memory.wordsPerValue === 2)
        return writeVarint(bytes, at, memory.words[value * 2]!, memory.words[value * 2 + 1]!);
      return bytes.writeInt32LE(memory.words[value]!, at);
    }
    const { long, inline, words } = memory;
    const length = words[value * 4]!;
    const start = writeField(bytes, at, 0x0a, length);
    if (length > INLINE_BYTES) {
      long.seek(value);
      long.bytes.copy(bytes, start, long.start, long.start + length);
    } else for (let i = 0; i < length; i++) bytes[start + i] = inline[value * 16 + 4 + i]!;
    return start + length;
  }

  #payload(row: number): number {
    const [from, to] = this.#range(row);
    let size = 0;
    for (let value = from; value < to; value++) {
      if (isValid(this.#values!.validity, value)) size += valueBytes(this.#values!, value);
    }
    return size;
  }

  /** The row's values are `[from, to)`. */
  #range(row: number): readonly [from: number, to: number] {
    const rows = this.#rows!;
    if (!isValid(rows.validity, row)) return [0, 0];
    return rows.kind === 'list' ? [rows.offset(row), rows.offset(row) + rows.length(row)] : [row, row + 1];
  }

  #entryBytes(row: number): number {
    const feature = this.#type === undefined ? 0 : delimitedBytes(this.#listBytes(row));
    return this.#key.length + delimitedBytes(feature);
  }

  /** An empty packed list has no field at all, as protobuf writes it. */
  #listBytes(row: number): number {
    const payload = this.#payloads[row]!;
    return this.#type === 'bytes' || payload === 0 ? payload : delimitedBytes(payload);
  }
}

function valueBytes(memory: Exclude<VectorMemory, { readonly kind: 'list' }>, value: number): number {
  if (memory.kind === 'text') return delimitedBytes(memory.words[value * 4]!);
  if (memory.wordsPerValue === 1) return 4;
  const low = memory.words[value * 2]! >>> 0;
  const high = memory.words[value * 2 + 1]! >>> 0;
  return high === 0 ? lengthBytes(low) : Math.ceil((64 - Math.clz32(high)) / 7);
}

/** The bytes of a field of a given length: a tag, the length, the field. */
const delimitedBytes = (length: number): number => 1 + lengthBytes(length) + length;

/** The bytes of a number below 2^35 as a varint. */
export function lengthBytes(length: number): number {
  if (length < 0x80) return 1;
  if (length < 0x4000) return 2;
  if (length < 0x200000) return 3;
  return length < 0x10000000 ? 4 : 5;
}

function writeField(bytes: Buffer, at: number, tag: number, length: number): number {
  bytes[at] = tag;
  return writeLength(bytes, at + 1, length);
}

/** Writes a number below 2^32 as a varint; the position behind it. */
export function writeLength(bytes: Buffer, at: number, length: number): number {
  let rest = length;
  let end = at;
  for (; rest > 127; rest >>>= 7) bytes[end++] = (rest & 127) | 128;
  bytes[end++] = rest;
  return end;
}

function writeVarint(bytes: Buffer, at: number, lowWord: number, highWord: number): number {
  let low = lowWord >>> 0;
  let high = highWord >>> 0;
  let end = at;
  while (high !== 0 || low > 127) {
    bytes[end++] = (low & 127) | 128;
    low = ((low >>> 7) | (high << 25)) >>> 0;
    high >>>= 7;
  }
  bytes[end++] = low;
  return end;
}
