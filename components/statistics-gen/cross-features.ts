import type { DuckDBConnection } from '@duckdb/node-api';
import type { CrossFeatureStatisticsProto } from '../../formats/statistics.js';
import type { Relation } from './collect-state.js';
import { exactSum, sumScale } from './exact-sum.js';
import { numbersOf } from './query.js';
import type { SourceColumn } from './source-column.js';

/** One number of an example, or NULL when it has none, several, or NaN. */
function singleNumber({ sql, depth, kind }: SourceColumn): string {
  const value = depth === 0 ? sql : `(CASE WHEN len(${sql}) = 1 THEN ${sql}[1] END)`;
  return kind === 'FLOAT'
    ? `(CASE WHEN isnan(${value}::DOUBLE) THEN NULL ELSE ${value}::DOUBLE END)`
    : `${value}::DOUBLE`;
}

/**
 * Covariance (of the population) and correlation of every pair of numeric features, over the examples that have one
 * number of both. Exact, where TFDV takes a random tenth of the batches; the same whatever the number of threads.
 */
export async function crossFeatureStatistics(
  connection: DuckDBConnection,
  relation: Relation,
): Promise<CrossFeatureStatisticsProto[]> {
  const numeric = relation.columns
    .filter(({ kind, depth }) => kind !== 'STRING' && depth <= 1)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const centred: CentredNumber[] = [];
  for (const column of numeric) centred.push(await centre(connection, relation.sql, column));
  const found: CrossFeatureStatisticsProto[] = [];
  for (const [index, first] of centred.entries()) {
    for (const other of centred.slice(index + 1)) found.push(await crossOf(connection, relation.sql, first, other));
  }
  return found;
}

/** A column's number with its middle subtracted, so that products lose no digits. */
interface CentredNumber {
  readonly name: string;
  readonly sql: string;
  /** How far from the middle numbers are, at most. */
  readonly reach: number;
}

async function centre(connection: DuckDBConnection, from: string, column: SourceColumn): Promise<CentredNumber> {
  const value = singleNumber(column);
  const [min = 0, max = 0] = await numbersOf(connection, `SELECT min(${value}), max(${value}) FROM ${from}`);
  const middle = min / 2 + max / 2;
  const shift = Number.isFinite(middle) ? middle : 0;
  return { name: column.name, sql: `(${value} - '${shift}'::DOUBLE)`, reach: Math.max(max - shift, shift - min) };
}

async function crossOf(
  connection: DuckDBConnection,
  from: string,
  x: CentredNumber,
  y: CentredNumber,
): Promise<CrossFeatureStatisticsProto> {
  const rows = `(SELECT ${x.sql} AS x, ${y.sql} AS y FROM ${from} WHERE ${x.sql} IS NOT NULL AND ${y.sql} IS NOT NULL)`;
  const [count = 0] = await numbersOf(connection, `SELECT count(*) FROM ${rows}`);
  const sum = (of: string, largest: number): string => exactSum(of, sumScale(largest, count));
  const sums = [
    sum('x', x.reach),
    sum('y', y.reach),
    sum('x * y', x.reach * y.reach),
    sum('x * x', x.reach ** 2),
    sum('y * y', y.reach ** 2),
  ];
  const [sx = 0, sy = 0, sxy = 0, sxx = 0, syy = 0] = await numbersOf(
    connection,
    `SELECT ${sums.join(', ')} FROM ${rows}`,
  );
  const product = (a: number, b: number, ab: number): number => ab / count - (a / count) * (b / count);
  const covariance = product(sx, sy, sxy);
  const deviations = Math.sqrt(Math.max(0, product(sx, sx, sxx)) * Math.max(0, product(sy, sy, syy)));
  const paths = { pathX: { step: [x.name] }, pathY: { step: [y.name] }, count };
  if (count === 0) return paths;
  return { ...paths, numCrossStats: { covariance, ...(deviations > 0 && { correlation: covariance / deviations }) } };
}
