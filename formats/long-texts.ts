import duckdb from '@duckdb/node-bindings';

/**
 * Texts that lie no farther apart than this are copied together. Bytes between them are then of a page that one of the
 * two lies in, or of its neighbour that the other lies in: the copy never leaves mapped memory.
 */
const NEIGHBOUR_BYTES = 1024;
/** Beyond this, texts are so long that a call for each is cheap, and copies of all would take memory. */
const MOST_BYTES = 1 << 22;
const INLINE_BYTES = 12;

/** A stretch of memory with the texts of one or more rows. */
interface Stretch {
  readonly bytes: Buffer;
  /** The address of its first byte. */
  readonly address: number;
}

/**
 * The texts of a vector that are too long to lie in it: the vector has their addresses. One call per text costs more
 * than all other work on it, and DuckDB lays the texts of a vector side by side, so whole stretches are copied.
 */
export class LongTexts {
  readonly #words: Uint32Array;
  readonly #isPresent: (row: number) => boolean;
  #stretches: readonly Stretch[] | undefined;
  #last: Stretch = { bytes: Buffer.alloc(0), address: 0 };
  /** After `seek`: the row's text is `bytes[start, start + length)`. */
  bytes = this.#last.bytes;
  start = 0;

  /** @param words - a text is four: its length, a prefix, its address as two. */
  constructor(words: Int32Array, isPresent: (row: number) => boolean) {
    this.#words = new Uint32Array(words.buffer, words.byteOffset, words.length);
    this.#isPresent = isPresent;
  }

  /** Goes to the text of a row, which has more than 12 bytes. */
  seek(row: number): void {
    this.#stretches ??= this.#copyStretches();
    if (this.#stretches.length === 0) {
      this.bytes = this.#copy(row, this.#words[row * 4]!);
      this.start = 0;
      return;
    }
    const address = this.#address(row);
    const { address: first, bytes } = this.#last;
    if (address < first || address >= first + bytes.length) this.#last = this.#stretchAt(address);
    this.bytes = this.#last.bytes;
    this.start = address - this.#last.address;
  }

  /** The bytes of a row's text, which has more than 12. */
  at(row: number): Buffer {
    this.seek(row);
    return this.bytes.subarray(this.start, this.start + this.#words[row * 4]!);
  }

  /** None where the texts are too long to be copied all. */
  #copyStretches(): Stretch[] {
    const rows = this.#rowsByAddress();
    if (rows === undefined) return [];
    const stretches: Stretch[] = [];
    let first = 0;
    let end = 0;
    for (const [i, row] of rows.entries()) {
      const address = this.#address(row);
      if (i > 0 && address > end + NEIGHBOUR_BYTES) {
        stretches.push(this.#stretch(rows[first]!, end));
        first = i;
      }
      end = Math.max(i === first ? 0 : end, address + this.#words[row * 4]!);
    }
    if (rows.length > 0) stretches.push(this.#stretch(rows[first]!, end));
    return stretches;
  }

  #stretch(row: number, end: number): Stretch {
    const address = this.#address(row);
    return { address, bytes: this.#copy(row, end - address) };
  }

  /** The rows with long texts in the order of their addresses; undefined where they are too long. */
  #rowsByAddress(): number[] | undefined {
    const rows: number[] = [];
    let isSorted = true;
    let bytes = 0;
    let previous = 0;
    for (let row = 0; row * 4 < this.#words.length; row++) {
      const length = this.#words[row * 4]!;
      if (length <= INLINE_BYTES || !this.#isPresent(row)) continue;
      bytes += length;
      if (bytes > MOST_BYTES) return undefined;
      const address = this.#address(row);
      isSorted &&= address >= previous;
      previous = address;
      rows.push(row);
    }
    return isSorted ? rows : rows.sort((a, b) => this.#address(a) - this.#address(b));
  }

  /** The last stretch that begins at or before an address. */
  #stretchAt(address: number): Stretch {
    const stretches = this.#stretches!;
    let low = 0;
    for (let high = stretches.length; high - low > 1;) {
      const middle = (low + high) >>> 1;
      if (stretches[middle]!.address <= address) low = middle;
      else high = middle;
    }
    return stretches[low]!;
  }

  /** Addresses have at most 48 bits, which a number holds exactly. */
  #address(row: number): number {
    return this.#words[row * 4 + 2]! + this.#words[row * 4 + 3]! * 2 ** 32;
  }

  #copy(row: number, length: number): Buffer {
    const { buffer, byteOffset } = this.#words;
    const copy = duckdb.get_data_from_pointer(buffer as ArrayBuffer, byteOffset + row * 16 + 8, length);
    return Buffer.from(copy.buffer, copy.byteOffset, copy.length);
  }
}
