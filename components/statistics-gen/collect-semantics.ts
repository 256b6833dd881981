import type { DuckDBConnection } from '@duckdb/node-api';
import type { CountedValues } from './collect-numbers.js';
import { numbersOf } from './query.js';
import type { SemanticState } from './semantic-state.js';
import type { ValueKind } from './source-column.js';
import { timeFormatsOf, UNIX_TIMES } from './time-formats.js';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The first bytes of each format of images. */
const SIGNATURES: Readonly<Record<string, Buffer>> = {
  bmp: Buffer.from('BM'),
  gif: Buffer.from('GIF8'),
  jpeg: Buffer.from('ffd8ff', 'hex'),
  png: Buffer.from('89504e470d0a1a0a', 'hex'),
};

/** A sentence, by TFDV's heuristic: so many words in its first bytes, of such a mean length in bytes. */
const SENTENCE = { bytes: 100, words: 3, shortest: 2.5, longest: 8 };

/**
 * Counts values that look like images, sentences or times, from the distinct values of a column and how often each
 * occurs. `sampleRate` is the share of distinct values that are looked at, chosen by their hash: the same in every
 * shard. Undefined for numbers with a fraction, of which TFDV says nothing.
 */
export async function collectSemantics(
  connection: DuckDBConnection,
  { table }: CountedValues,
  kind: ValueKind,
  sampleRate: number,
): Promise<SemanticState | undefined> {
  if (kind === 'FLOAT' || kind === 'STRUCT') return undefined;
  const chosen = sampleRate < 1 ? `AND hash(v) % 1000000 < ${Math.round(sampleRate * 1_000_000)}` : '';
  const from = `FROM ${table} WHERE v IS NOT NULL ${chosen}`;
  return kind === 'INT' ? integers(connection, from) : texts(connection, from);
}

const NOTHING: SemanticState = { values: 0, invalid: 0, empty: 0, images: {}, sentences: 0, times: {} };

async function integers(connection: DuckDBConnection, from: string): Promise<SemanticState> {
  const ranges = UNIX_TIMES.map(({ begin, end }) => `sum(n) FILTER (v >= ${begin} AND v < ${end})`);
  const [values = 0, ...counts] = await numbersOf(connection, `SELECT sum(n), ${ranges.join(', ')} ${from}`);
  const times = UNIX_TIMES.map(({ format }, index) => [format, counts[index] ?? 0] as const);
  return { ...NOTHING, values, times: Object.fromEntries(times.filter(([, count]) => count > 0)) };
}

async function texts(connection: DuckDBConnection, from: string): Promise<SemanticState> {
  const counter = new TextCounter();
  const result = await connection.stream(`SELECT v, n::DOUBLE ${from}`);
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    const counts = chunk.getColumnValues(1);
    for (const [row, value] of chunk.getColumnValues(0).entries()) counter.add(value, Number(counts[row]));
  }
  return counter.finish();
}

class TextCounter {
  #values = 0;
  #invalid = 0;
  #empty = 0;
  #sentences = 0;
  readonly #images: Record<string, number> = {};
  readonly #times: Record<string, number> = {};

  add(value: unknown, count: number): void {
    const isBytes = typeof value === 'object' && value !== null && 'bytes' in value;
    const bytes = isBytes ? Buffer.from(value.bytes as Uint8Array) : Buffer.from(String(value));
    this.#values += count;
    const image = Object.entries(SIGNATURES).find(([, signature]) =>
      bytes.subarray(0, signature.length).equals(signature),
    );
    if (image) this.#images[image[0]] = (this.#images[image[0]] ?? 0) + count;
    const text = isBytes ? textOf(bytes) : String(value);
    if (text === undefined) {
      this.#invalid += count;
      return;
    }
    if (text === '') this.#empty += count;
    if (isSentence(bytes)) this.#sentences += count;
    for (const format of timeFormatsOf(text)) this.#times[format] = (this.#times[format] ?? 0) + count;
  }

  finish(): SemanticState {
    return {
      values: this.#values,
      invalid: this.#invalid,
      empty: this.#empty,
      images: this.#images,
      sentences: this.#sentences,
      times: this.#times,
    };
  }
}

function textOf(bytes: Buffer): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

function isSentence(bytes: Buffer): boolean {
  const words = bytes
    .subarray(0, SENTENCE.bytes)
    .toString('latin1')
    .split(/[ \t\n\r\v\f]+/)
    .filter((word) => word !== '');
  const mean = words.reduce((sum, word) => sum + word.length, 0) / words.length;
  return words.length >= SENTENCE.words && mean >= SENTENCE.shortest && mean <= SENTENCE.longest;
}
