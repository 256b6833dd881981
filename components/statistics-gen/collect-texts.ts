import type { DuckDBConnection } from '@duckdb/node-api';
import type { CountedValues } from './collect-numbers.js';
import { weightSql } from './count-sql.js';
import { HASH_LIMIT, HASHED_ABOVE, SKETCH_LIMIT, type TextState } from './dataset-state.js';
import { numbersOf } from './query.js';
import { isNotText, textKey } from './text-keys.js';

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
  const totals = `SELECT count(*), sum(n * ${length})::DOUBLE, min(${length}), max(${length}) FROM ${counted.table}`;
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
    invalidUtf8: keys.reduce((sum, key, index) => sum + (isNotText(key) ? (counts[index] ?? 0) : 0), 0),
    unique,
    complete,
    values: keys,
    counts,
    weights: counted.factor !== undefined ? (rawWeights ?? []).map(Number) : undefined,
    unlistedCount: complete ? 0 : (counts.at(-1) ?? 0),
    hashes: counted.mergeable && unique > HASHED_ABOVE ? await leastHashes(connection, counted.table) : [],
  };
}

/** The most frequent values, by number and also by weight where there are weights. Invalid UTF-8 can only be seen by listing all. */
function listSql({ table, factor, binary, listLimit }: CountedTexts): string {
  const limit = binary ? SKETCH_LIMIT : listLimit;
  const order = 'ORDER BY n DESC, v DESC';
  const value = binary ? 'v' : 'v::VARCHAR';
  if (factor === undefined) return `SELECT ${value}, n::DOUBLE FROM ${table} ${order} LIMIT ${limit}`;
  const byCount = `row_number() OVER (${order}) <= ${limit}`;
  const byWeight = `row_number() OVER (ORDER BY u DESC, v DESC) <= ${limit}`;
  const columns = `${value}, n::DOUBLE, ${weightSql('u', factor)}`;
  return `SELECT ${columns} FROM ${table} QUALIFY ${byCount} OR ${byWeight} ${order}`;
}

async function leastHashes(connection: DuckDBConnection, table: string): Promise<number[]> {
  const sql = `SELECT hash(v)::DOUBLE / 18446744073709551616::DOUBLE FROM ${table} ORDER BY hash(v) LIMIT ${HASH_LIMIT}`;
  const reader = await connection.runAndReadAll(sql);
  return reader.getRows().map(([value]) => Number(value));
}
