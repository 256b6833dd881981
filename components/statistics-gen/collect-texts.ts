import type { DuckDBConnection } from '@duckdb/node-api';
import type { CountedValues } from './collect-numbers.js';
import { HASH_LIMIT, HASHED_ABOVE, SKETCH_LIMIT, type TextState } from './dataset-state.js';
import { numbersOf } from './query.js';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A text's key: itself, or when it is not UTF-8 its bytes in hex behind a NUL. */
function textKey(value: unknown): { key: string; invalid: boolean } {
  if (typeof value === 'string') return { key: value, invalid: false };
  const bytes = (value as { readonly bytes: Uint8Array }).bytes;
  try {
    return { key: decoder.decode(bytes), invalid: false };
  } catch {
    return { key: `\0${Buffer.from(bytes).toString('hex')}`, invalid: true };
  }
}

/** Describes texts from their counts: totals in SQL, and the most frequent ones by name. */
export async function collectTexts(
  connection: DuckDBConnection,
  counted: CountedValues,
  binary: boolean,
): Promise<TextState> {
  const text = binary ? 'v' : 'v::VARCHAR';
  const length = binary ? 'octet_length(v)' : 'strlen(v::VARCHAR)';
  const totals = `SELECT count(*), sum(n * ${length})::DOUBLE, min(${length}), max(${length}) FROM ${counted.table} WHERE v IS NOT NULL`;
  const [unique = 0, totalBytes = 0, minBytes = 0, maxBytes = 0] = await numbersOf(connection, totals);
  const order = counted.weighted ? 'greatest(n, w)' : 'n';
  const list = `SELECT ${text}, n::DOUBLE${counted.weighted ? ', w::DOUBLE' : ''} FROM ${counted.table}
    WHERE v IS NOT NULL ORDER BY ${order} DESC, v DESC LIMIT ${SKETCH_LIMIT}`;
  const reader = await connection.runAndReadAll(list);
  const [rawValues = [], rawCounts = [], rawWeights] = reader.getColumns();
  const keys = rawValues.map(textKey);
  const counts = rawCounts.map(Number);
  const complete = unique <= SKETCH_LIMIT;
  return {
    totalBytes,
    minBytes,
    maxBytes,
    invalidUtf8: keys.reduce((sum, { invalid }, index) => sum + (invalid ? (counts[index] ?? 0) : 0), 0),
    unique,
    complete,
    values: keys.map(({ key }) => key),
    counts,
    weights: counted.weighted ? (rawWeights ?? []).map(Number) : undefined,
    unlistedCount: complete ? 0 : (counts.at(-1) ?? 0),
    hashes: unique <= HASHED_ABOVE ? [] : await leastHashes(connection, counted.table),
  };
}

async function leastHashes(connection: DuckDBConnection, table: string): Promise<number[]> {
  const sql = `SELECT hash(v)::DOUBLE / 18446744073709551616::DOUBLE FROM ${table} WHERE v IS NOT NULL ORDER BY hash(v) LIMIT ${HASH_LIMIT}`;
  const reader = await connection.runAndReadAll(sql);
  return reader.getRows().map(([value]) => Number(value));
}
