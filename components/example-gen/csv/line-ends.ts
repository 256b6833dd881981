import type { CsvDialect } from './dialect.js';

const LF = 10;
const CR = 13;

/** Looks over a file's bytes for line ends; quotes are not looked at, so a `mixed` file may turn out even. */
export class LineEndings {
  #lone = false;
  #crlf = false;
  #lf = false;
  #previous = -1;
  #sinceEnd = 0;
  #longest = 0;

  add(block: Buffer): void {
    this.#lines(block);
    const hasCr = block.includes(CR);
    if (!hasCr && this.#previous !== CR) {
      this.#lf ||= block.includes(LF);
    } else this.#pairs(block);
    this.#previous = block[block.length - 1] ?? this.#previous;
  }

  finish(): { readonly mixed: boolean; readonly longestLine: number } {
    const lone = this.#lone || this.#previous === CR;
    return {
      mixed: lone || (this.#crlf && this.#lf),
      longestLine: Math.max(this.#longest, this.#sinceEnd),
    };
  }

  /** A stretch can be longest only if the block ends before one or it crosses blocks: hops by `lastIndexOf`. */
  #lines(block: Buffer): void {
    const first = block.indexOf(LF);
    if (first < 0) {
      this.#sinceEnd += block.length;
      return;
    }
    this.#longest = Math.max(this.#longest, this.#sinceEnd + first);
    // Inside one block (1 MiB) no line is longer than the block.
    this.#sinceEnd = block.length - 1 - block.lastIndexOf(LF);
  }

  #pairs(block: Buffer): void {
    let previous = this.#previous;
    for (const byte of block) {
      if (byte === LF) {
        if (previous === CR) this.#crlf = true;
        else this.#lf = true;
      } else if (previous === CR) this.#lone = true;
      previous = byte;
    }
  }
}

/** Rewrites every line end outside of quotes as `\n`; bytes inside quoted cells stay as they are. */
export async function* normalizeLineEnds(blocks: AsyncIterable<Buffer>, dialect: CsvDialect): AsyncGenerator<Buffer> {
  const quote = dialect.quote === '' ? -1 : dialect.quote.charCodeAt(0);
  const delimiter = dialect.delimiter.charCodeAt(0);
  let quoted = false;
  let cellStart = true;
  let afterCr = false;
  for await (const block of blocks) {
    const out = Buffer.allocUnsafe(block.length);
    let length = 0;
    for (const byte of block) {
      const isSecondOfPair = afterCr && byte === LF;
      afterCr = false;
      if (isSecondOfPair) continue;
      if (quoted) {
        // A doubled quote closes and opens again, which leaves the same state.
        if (byte === quote) quoted = false;
      } else if (byte === quote && (cellStart || out[length - 1] === quote)) quoted = true;
      else if (byte === CR) afterCr = true;
      cellStart = !quoted && (byte === delimiter || byte === LF || byte === CR);
      out[length++] = afterCr ? LF : byte;
    }
    yield out.subarray(0, length);
  }
}
