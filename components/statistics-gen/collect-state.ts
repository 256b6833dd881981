import type { DuckDBConnection } from '@duckdb/node-api';
import { collectNumbers, type CountedValues } from './collect-numbers.js';
import { collectSemantics } from './collect-semantics.js';
import { collectTexts } from './collect-texts.js';
import { countSql, factorOf, totalsSql, weightOf, weightSql, type CountSql } from './count-sql.js';
import {
  SKETCH_LIMIT,
  type DatasetState,
  type FeatureState,
  type LengthCount,
  type LevelState,
} from './dataset-state.js';
import { numbersOf } from './query.js';
import type { SourceColumn } from './source-column.js';

/** Data that SQL can read: a table, view or table expression, and its columns. */
export interface Relation {
  readonly sql: string;
  readonly columns: readonly SourceColumn[];
}

export interface CollectOptions {
  /** Numeric features that are counted by value, like texts. */
  readonly categorical?: ReadonlySet<string>;
  /** Text values to list, when the state will not be merged. (Default: all that a mergeable state keeps.) */
  readonly listLimit?: number | undefined;
  /** Looks for images, sentences and times in this share of the distinct values. (Default: does not look) */
  readonly semanticSampleRate?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onColumn?: ((name: string) => void) | undefined;
}

/** What is counted of a data set: of rows, or of several parts' counts together. */
export interface Counted {
  readonly columns: readonly SourceColumn[];
  /** A query for number of rows and units of weight. */
  readonly totals: string;
  /** Units per 1 of weight; undefined without a weight feature. */
  readonly factor: number | undefined;
  counts(column: SourceColumn): CountSql;
}

/** What is to be counted of a relation's rows. */
export async function countedRows(
  connection: DuckDBConnection,
  { sql, columns }: Relation,
  weightColumn: SourceColumn | undefined,
): Promise<Counted> {
  const weight = weightColumn && (await weightOf(connection, sql, weightColumn));
  return {
    columns,
    totals: totalsSql(sql, weight),
    factor: weight && (factorOf(weight.scale) ?? 1),
    counts: (column) => countSql(sql, column, weight),
  };
}

/** Describes every column: one counting of values per column, then a pass over what was counted. */
export async function collectState(
  connection: DuckDBConnection,
  counted: Counted,
  options: CollectOptions = {},
): Promise<DatasetState> {
  const { factor } = counted;
  const weighted = factor === undefined ? '' : `, ${weightSql('u', factor)}`;
  const [numExamples = 0, weightedNumExamples = 0] = await numbersOf(
    connection,
    `SELECT n${weighted} FROM (${counted.totals})`,
  );
  const features: FeatureState[] = [];
  for (const column of counted.columns) {
    options.signal?.throwIfAborted();
    features.push(await collectFeature(connection, column, counted, options));
    options.onColumn?.(column.name);
  }
  return { numExamples, weightedNumExamples: factor === undefined ? undefined : weightedNumExamples, features };
}

const VALUES = 'counted_values';

async function collectFeature(
  connection: DuckDBConnection,
  column: SourceColumn,
  counted: Counted,
  options: CollectOptions,
): Promise<FeatureState> {
  const { factor } = counted;
  const sql = counted.counts(column);
  await connection.run(`CREATE OR REPLACE TEMP TABLE ${VALUES} AS ${sql.values}`);
  const values: CountedValues = { table: VALUES, factor };
  const lengths = await lengthsOf(connection, sql.lengths, factor);
  const levels = column.depth === 0 ? [await singleValues(connection, factor)] : levelsOf(lengths, column.depth);
  const listing = { listLimit: options.listLimit ?? SKETCH_LIMIT, mergeable: options.listLimit === undefined };
  const asTexts = column.kind === 'STRING' || (options.categorical?.has(column.name) ?? false);
  const { path, outerLevels = 0 } = column;
  const innermost = column.depth - outerLevels > 1 ? lengthCounts(lengths, column.depth) : undefined;
  const numbers = asTexts || column.kind === 'STRUCT' ? undefined : await collectNumbers(connection, values);
  const texts = asTexts ? await collectTexts(connection, { ...values, binary: column.binary, ...listing }) : undefined;
  const rate = options.semanticSampleRate;
  const semantics = rate === undefined ? undefined : await collectSemantics(connection, values, column.kind, rate);
  await connection.run(`DROP TABLE ${VALUES}`);
  const nested = path && { path, outerLevels };
  return {
    name: column.name,
    kind: column.kind,
    ...nested,
    levels,
    innermost,
    numbers,
    texts,
    ...(semantics && { semantics }),
  };
}

/** A column of single values: an example has one value or none. */
async function singleValues(connection: DuckDBConnection, factor: number | undefined): Promise<LevelState> {
  const weighted = factor === undefined ? '' : `, ${weightSql('sum(u)', factor)}`;
  const [nonMissing = 0, weight = 0] = await numbersOf(connection, `SELECT sum(n)${weighted} FROM ${VALUES}`);
  return {
    nonMissing,
    totalValues: nonMissing,
    lengths: nonMissing === 0 ? [] : [[1, nonMissing]],
    weightedNonMissing: weight,
    weightedTotalValues: weight,
  };
}

type LengthRow = readonly [level: number, length: number, count: number, weight: number];

async function lengthsOf(
  connection: DuckDBConnection,
  sql: string | undefined,
  factor: number | undefined,
): Promise<LengthRow[]> {
  if (sql === undefined) return [];
  const weight = factor === undefined ? '0' : weightSql('u', factor);
  const query = `SELECT level, length, n, ${weight} FROM (${sql}) ORDER BY level, length`;
  const rows = (await connection.runAndReadAll(query)).getRows();
  return rows.map(([level, length, count, w]) => [Number(level), Number(length), Number(count), Number(w)]);
}

const lengthCounts = (rows: readonly LengthRow[], level: number): LengthCount[] =>
  rows.filter((row) => row[0] === level).map(([, length, count]) => [length, count]);

/** Presence and lengths of the lists at each nest level. */
function levelsOf(rows: readonly LengthRow[], depth: number): LevelState[] {
  return Array.from({ length: depth }, (_, level) => {
    const own = rows.filter((row) => row[0] === level);
    const sum = (of: (row: LengthRow) => number): number => own.reduce((total, row) => total + of(row), 0);
    return {
      nonMissing: sum(([, , count]) => count),
      totalValues: sum(([, length, count]) => length * count),
      lengths: lengthCounts(own, level),
      weightedNonMissing: sum(([, , , weight]) => weight),
      weightedTotalValues: sum(([, length, , weight]) => length * weight),
    };
  });
}
