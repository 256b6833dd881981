import type { DuckDBConnection } from '@duckdb/node-api';
import { sumScale } from './exact-sum.js';
import { numbersOf } from './query.js';
import type { SourceColumn } from './source-column.js';

/*
 * All that statistics of single features need to know of the rows are counts: how often each value and each length of a
 * list occurs, and with how much weight. Counts of several shards add up to those of all rows, exactly. Weight is counted
 * in units of a power of two as integers (`u`), so that no order of adding changes a bit.
 */

/** Queries for what is counted of one column. */
export interface CountSql {
  /** (v, n[, u]): each value that is not missing, of lists in lists the innermost ones. */
  readonly values: string;
  /**
   * (level, length, n[, u]): each length of lists at each nest level from 0; at level `depth`, for lists in lists, the
   * numbers of innermost values of examples. Undefined for single values.
   */
  readonly lengths: string | undefined;
}

/** The weight of examples. */
export interface Weight {
  /** SQL of a row's weight in units. */
  readonly units: string;
  readonly scale: WeightScale;
}

/** What decides the unit that weights are counted in. */
export interface WeightScale {
  /** The greatest magnitude of a weight; not finite where any weight is not. */
  readonly largest: number;
  readonly rows: number;
}

/** Units per 1 of weight. Undefined where weights are not finite: then `u` is their DOUBLE sum itself. */
export const factorOf = ({ largest, rows }: WeightScale): number | undefined => sumScale(largest, rows)?.factor;

export async function weightOf(connection: DuckDBConnection, from: string, column: SourceColumn): Promise<Weight> {
  const weight = column.depth === 0 ? `${column.sql}::DOUBLE` : `${column.sql}[1]::DOUBLE`;
  const sql = `SELECT max(abs(${weight})), count(*) FROM ${from}`;
  const [largest = 0, rows = 0] = await numbersOf(connection, sql);
  const factor = factorOf({ largest, rows });
  const units = factor === undefined ? weight : `(${weight} * '${factor}'::DOUBLE)::HUGEINT`;
  return { units, scale: { largest, rows } };
}

/** SQL of the weight that so many units are. */
export const weightSql = (units: string, factor: number): string => `(${units})::DOUBLE / '${factor}'::DOUBLE`;

/** Number of rows and units of weight: (n, u). */
export const totalsSql = (from: string, weight: Weight | undefined): string =>
  `SELECT count(*) AS n, ${weight === undefined ? '0' : `sum(${weight.units})`} AS u FROM ${from}`;

export function countSql(from: string, column: SourceColumn, weight: Weight | undefined): CountSql {
  const rows = `(SELECT ${column.sql} AS v${weight ? `, ${weight.units} AS u` : ''} FROM ${from})`;
  const sums = `count(*) AS n${weight ? ', sum(u) AS u' : ''}`;
  const lengths: string[] = [];
  let leaves = rows;
  for (let level = 0; level < column.depth; level++) {
    lengths.push(`SELECT ${level} AS level, len(v) AS length, ${sums} FROM ${leaves} WHERE v IS NOT NULL GROUP BY ALL`);
    leaves = `(SELECT unnest(v) AS v${weight ? ', u' : ''} FROM ${leaves})`;
  }
  if (column.depth > 1) {
    const flat = Array.from({ length: column.depth - 1 }).reduce<string>((inner) => `flatten(${inner})`, 'v');
    lengths.push(
      `SELECT ${column.depth} AS level, len(${flat}) AS length, ${sums} FROM ${rows} WHERE v IS NOT NULL GROUP BY ALL`,
    );
  }
  return {
    values: `SELECT v, ${sums} FROM ${leaves} WHERE v IS NOT NULL GROUP BY v`,
    lengths: lengths.length === 0 ? undefined : lengths.join(' UNION ALL '),
  };
}
