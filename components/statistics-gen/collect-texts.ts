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

/** Text values of one column by value, and how many of them are to be named. */
export interface CountedTexts extends CountedValues {
  readonly binary: boolean;
  /** The most frequent values that are listed. */
  readonly listLimit: number;
  /** Whether the state will be merged with others, which needs hashes. */
  readonly mergeable: boolean;
}

/** Describes texts from their counts: totals in SQL, and the most frequent ones by name. */
export async function collectTexts(connection: DuckDBConnection, counted: CountedTexts): Promise<TextState> {
  const length = counted.binary ? 'octet_length(v)' : 'strlen(v::VARCHAR)';
  const totals = `SELECT count(*), sum(n * ${length})::DOUBLE, min(${length}), max(${length}) FROM ${counted.table} WHERE v IS NOT NULL`;
  const [unique = 0, totalBytes = 0, minBytes = 0, maxBytes = 0] = await numbersOf(connection, totals);
  const reader = await connection.runAndReadAll(listSql(counted));
  const [rawValues = [], rawCounts = [], rawWeights] = reader.getColumns();
  const keys = rawValues.map(textKey);
  const counts = rawCounts.map(Number);
  const complete = keys.length === unique;
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
    hashes: counted.mergeable && unique > HASHED_ABOVE ? await leastHashes(connection, counted.table) : [],
  };
}

/** The most frequent values, by number and also by weight where there are weights. Invalid UTF-8 can only be seen by listing all. */
function listSql({ table, weighted, binary, listLimit }: CountedTexts): string {
  const limit = binary ? SKETCH_LIMIT : listLimit;
  const order = 'ORDER BY n DESC, v DESC';
  const columns = `${binary ? 'v' : 'v::VARCHAR'}, n::DOUBLE${weighted ? ', w::DOUBLE' : ''}`;
  if (!weighted) return `SELECT ${columns} FROM ${table} WHERE v IS NOT NULL ${order} LIMIT ${limit}`;
  const byCount = `row_number() OVER (${order}) <= ${limit}`;
  const byWeight = `row_number() OVER (ORDER BY w DESC, v DESC) <= ${limit}`;
  return `SELECT ${columns} FROM ${table} WHERE v IS NOT NULL QUALIFY ${byCount} OR ${byWeight} ${order}`;
}

async function leastHashes(connection: DuckDBConnection, table: string): Promise<number[]> {
  const sql = `SELECT hash(v)::DOUBLE / 18446744073709551616::DOUBLE FROM ${table} WHERE v IS NOT NULL ORDER BY hash(v) LIMIT ${HASH_LIMIT}`;
  const reader = await connection.runAndReadAll(sql);
  return reader.getRows().map(([value]) => Number(value));
}
