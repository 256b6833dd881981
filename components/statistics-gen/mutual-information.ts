import type { DuckDBConnection } from '@duckdb/node-api';
import type { Relation } from './collect-state.js';
import { expectedInformation, type SizeCounts } from './expected-information.js';
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

export interface Information {
  /** Mutual information with the label in bits: 0 when the feature tells nothing of it. */
  readonly bits: number;
  /** The same without what is expected by chance, at least 0: a feature of many values gets no credit for them. */
  readonly adjusted: number;
}

/**
 * Mutual information of each feature with the label, from counts of pairs of categories. Between categories the bits are
 * TFDV's, and the adjustment is the mean of those that it draws by shuffling; its numbers it compares by neighbours.
 */
export async function mutualInformation(
  connection: DuckDBConnection,
  relation: Relation,
  features: readonly SourceColumn[],
  label: SourceColumn,
): Promise<Map<string, Information>> {
  const y = await categorySql(connection, relation, label);
  const [total = 0] = await numbersOf(connection, `SELECT count(*) FROM ${relation.sql}`);
  const labelSizes = await sizesOf(connection, y, relation.sql);
  const found = new Map<string, Information>();
  for (const feature of features.filter(({ name }) => name !== label.name)) {
    const x = await categorySql(connection, relation, feature);
    const bits = await bitsOf(connection, x, y, relation.sql);
    const chance = expectedInformation(await sizesOf(connection, x, relation.sql), labelSizes, total);
    found.set(feature.name, { bits: Math.max(0, bits), adjusted: Math.max(0, bits - chance) });
  }
  return found;
}

async function bitsOf(connection: DuckDBConnection, x: string, y: string, from: string): Promise<number> {
  const sql = `WITH pairs AS (SELECT ${x} AS x, ${y} AS y, count(*)::DOUBLE AS n FROM ${from} GROUP BY 1, 2),
    shares AS (SELECT n, sum(n) OVER (PARTITION BY x) AS nx, sum(n) OVER (PARTITION BY y) AS ny, sum(n) OVER () AS total FROM pairs)
    SELECT n, nx, ny, total, count(*)::DOUBLE FROM shares GROUP BY ALL ORDER BY ALL`;
  let bits = 0;
  // Added here and in this order, so that the number of threads changes no bit.
  await streamNumbers(connection, sql, ([n, nx, ny, total, times], rows) => {
    for (let i = 0; i < rows; i++) bits += times![i]! * informationOf(n![i]!, nx![i]!, ny![i]!, total![i]!);
  });
  return bits;
}

const informationOf = (n: number, nx: number, ny: number, total: number): number =>
  (n / total) * Math.log2((n * total) / (nx * ny));

async function sizesOf(connection: DuckDBConnection, category: string, from: string): Promise<SizeCounts> {
  const sizes = `SELECT count(*)::DOUBLE AS size FROM ${from} GROUP BY ${category}`;
  const found = new Map<number, number>();
  await streamNumbers(
    connection,
    `SELECT size, count(*)::DOUBLE FROM (${sizes}) GROUP BY size ORDER BY size`,
    ([size, times], rows) => {
      for (let i = 0; i < rows; i++) found.set(size![i]!, times![i]!);
    },
  );
  return found;
}
