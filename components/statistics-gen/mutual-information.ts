import type { DuckDBConnection } from '@duckdb/node-api';
import type { Relation } from './collect-state.js';
import { numbersOf, streamNumbers } from './query.js';
import type { SourceColumn } from './source-column.js';

/** Numbers with more distinct values are cut into so many buckets of equal count. */
const BUCKETS = 32;

/** A category for every example: its text, its number, or the number's bucket; a missing value is a category too. */
async function categorySql(connection: DuckDBConnection, relation: Relation, column: SourceColumn): Promise<string> {
  if (column.kind === 'STRING' || column.depth > 0) return `coalesce(${column.sql}::VARCHAR, chr(0))`;
  const [distinct = 0] = await numbersOf(connection, `SELECT count(DISTINCT ${column.sql}) FROM ${relation.sql}`);
  if (distinct <= BUCKETS) return `coalesce(${column.sql}::VARCHAR, chr(0))`;
  const shares = Array.from({ length: BUCKETS - 1 }, (_, index) => (index + 1) / BUCKETS).join(', ');
  const sql = `SELECT unnest(quantile_disc(${column.sql}::DOUBLE, [${shares}]))::DOUBLE FROM ${relation.sql}`;
  const cuts = (await connection.runAndReadAll(sql)).getRows().map(([cut]) => Number(cut));
  const cases = [...new Set(cuts)]
    .map((cut, index) => `WHEN ${column.sql} <= ${cut}::DOUBLE THEN '${index}'`)
    .join(' ');
  return `(CASE WHEN ${column.sql} IS NULL THEN chr(0) ${cases} ELSE 'last' END)`;
}

/**
 * Mutual information of each feature with the label in bits, from counts of pairs of categories: 0 when the feature
 * tells nothing of the label. Unlike TFDV's estimate by neighbours, numbers are cut into 32 buckets and nothing is
 * subtracted for chance.
 */
export async function mutualInformation(
  connection: DuckDBConnection,
  relation: Relation,
  features: readonly SourceColumn[],
  label: SourceColumn,
): Promise<Map<string, number>> {
  const y = await categorySql(connection, relation, label);
  const found = new Map<string, number>();
  for (const feature of features.filter(({ name }) => name !== label.name)) {
    const x = await categorySql(connection, relation, feature);
    const sql = `WITH pairs AS (SELECT ${x} AS x, ${y} AS y, count(*)::DOUBLE AS n FROM ${relation.sql} GROUP BY 1, 2),
      shares AS (SELECT n, sum(n) OVER (PARTITION BY x) AS nx, sum(n) OVER (PARTITION BY y) AS ny, sum(n) OVER () AS total FROM pairs)
      SELECT n, nx, ny, total, count(*)::DOUBLE FROM shares GROUP BY ALL ORDER BY ALL`;
    let bits = 0;
    // Added here and in this order, so that the number of threads changes no bit.
    await streamNumbers(connection, sql, ([n, nx, ny, total, times], rows) => {
      for (let i = 0; i < rows; i++) bits += times![i]! * informationOf(n![i]!, nx![i]!, ny![i]!, total![i]!);
    });
    found.set(feature.name, Math.max(0, bits));
  }
  return found;
}

const informationOf = (n: number, nx: number, ny: number, total: number): number =>
  (n / total) * Math.log2((n * total) / (nx * ny));
