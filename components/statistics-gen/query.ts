import type { DuckDBConnection } from '@duckdb/node-api';
import type { CountedValues } from './collect-numbers.js';
import { weightSql } from './count-sql.js';

type NumberColumn = Readonly<ArrayLike<number>>;

/** Runs a query of DOUBLE columns without nulls, and hands over chunk by chunk. */
export async function streamNumbers(
  connection: DuckDBConnection,
  sql: string,
  take: (columns: readonly NumberColumn[], rows: number) => void,
): Promise<void> {
  const result = await connection.stream(sql);
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    const columns = Array.from(
      { length: chunk.columnCount },
      (_, index) => chunk.getColumnVector(index).toArray() as number[],
    );
    take(columns, chunk.rowCount);
  }
}

/** The first row of a query, every value as a number; NULL is 0. */
export async function numbersOf(connection: DuckDBConnection, sql: string): Promise<readonly number[]> {
  const reader = await connection.runAndReadAll(sql);
  return (reader.getRows()[0] ?? []).map((value) => (value === null ? 0 : Number(value)));
}

/** How many distinct values a counting has, how many values and how much weight in all. */
export async function countRows(
  connection: DuckDBConnection,
  { table, factor }: CountedValues,
): Promise<{ distinct: number; total: number; totalWeight: number }> {
  const weight = factor === undefined ? '0' : weightSql('sum(u)', factor);
  const sql = `SELECT count(*), sum(n)::DOUBLE, ${weight} FROM ${table}`;
  const [distinct = 0, total = 0, totalWeight = 0] = await numbersOf(connection, sql);
  return { distinct, total, totalWeight };
}
