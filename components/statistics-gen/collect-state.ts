import type { DuckDBConnection } from '@duckdb/node-api';
import { collectNumbers, type CountedValues } from './collect-numbers.js';
import { collectTexts } from './collect-texts.js';
import {
  SKETCH_LIMIT,
  type DatasetState,
  type FeatureState,
  type LengthCount,
  type LevelState,
} from './dataset-state.js';
import { exactSum, scaleOf } from './exact-sum.js';
import { numbersOf } from './query.js';
import type { SourceColumn } from './source-column.js';

/** Data that SQL can read: a table, view or table expression, and its columns. */
export interface Relation {
  readonly sql: string;
  readonly columns: readonly SourceColumn[];
}

export interface CollectOptions {
  /** The column of example weights. */
  readonly weight?: SourceColumn | undefined;
  /** Numeric features that are counted by value, like texts. */
  readonly categorical?: ReadonlySet<string>;
  /** Text values to list, when the state will not be merged. (Default: all that a mergeable state keeps.) */
  readonly listLimit?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onColumn?: ((name: string) => void) | undefined;
}

/** Describes every column of a relation: one counting of values per column, then a pass over what was counted. */
export async function collectState(
  connection: DuckDBConnection,
  relation: Relation,
  options: CollectOptions = {},
): Promise<DatasetState> {
  const weight = options.weight === undefined ? undefined : await weightOf(connection, relation.sql, options.weight);
  const total = weight === undefined ? '' : `, ${weight.sum(weight.sql)}`;
  const [numExamples = 0, weighted = 0] = await numbersOf(connection, `SELECT count(*)${total} FROM ${relation.sql}`);
  const features: FeatureState[] = [];
  for (const column of relation.columns) {
    options.signal?.throwIfAborted();
    features.push(await collectFeature(connection, relation.sql, column, weight, options));
    options.onColumn?.(column.name);
  }
  return { numExamples, weightedNumExamples: weight === undefined ? undefined : weighted, features };
}

/** The weights in SQL, and their sum, the same whatever the number of threads. */
interface Weight {
  readonly sql: string;
  sum(of: string): string;
}

async function weightOf(connection: DuckDBConnection, from: string, { sql, depth }: SourceColumn): Promise<Weight> {
  const weight = depth === 0 ? `${sql}::DOUBLE` : `${sql}[1]::DOUBLE`;
  const scale = await scaleOf(connection, weight, from);
  return { sql: weight, sum: (of) => exactSum(of, scale) };
}

async function collectFeature(
  connection: DuckDBConnection,
  from: string,
  column: SourceColumn,
  weight: Weight | undefined,
  options: CollectOptions,
): Promise<FeatureState> {
  const weighted = weight !== undefined;
  const rows = `(SELECT ${column.sql} AS v${weight ? `, ${weight.sql} AS w` : ''} FROM ${from})`;
  const { levels, leaves } = await collectLevels(connection, rows, column.depth, weight);
  const table = 'counted_values';
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE ${table} AS SELECT v, count(*) AS n${weight ? `, ${weight.sum('w')} AS w` : ''} FROM ${leaves} GROUP BY v`,
  );
  const counted: CountedValues = { table, weighted };
  const flat = levels.length > 0 ? levels : [await scalarLevel(connection, table, weight)];
  const listing = { listLimit: options.listLimit ?? SKETCH_LIMIT, mergeable: options.listLimit === undefined };
  const asTexts = column.kind === 'STRING' || (options.categorical?.has(column.name) ?? false);
  const innermost = column.depth > 1 ? await innermostLengths(connection, rows, column.depth) : undefined;
  const numbers = asTexts ? undefined : await collectNumbers(connection, counted);
  const texts = asTexts ? await collectTexts(connection, { ...counted, binary: column.binary, ...listing }) : undefined;
  await connection.run(`DROP TABLE ${table}`);
  return { name: column.name, kind: column.kind, levels: flat, innermost, numbers, texts };
}

/** A column of single values: an example has one value or none. */
async function scalarLevel(
  connection: DuckDBConnection,
  table: string,
  weight: Weight | undefined,
): Promise<LevelState> {
  const sql = `SELECT sum(n)::DOUBLE${weight ? `, ${weight.sum('w')}` : ''} FROM ${table} WHERE v IS NOT NULL`;
  const [nonMissing = 0, weightedNonMissing = 0] = await numbersOf(connection, sql);
  return {
    nonMissing,
    totalValues: nonMissing,
    lengths: nonMissing === 0 ? [] : [[1, nonMissing]],
    weightedNonMissing,
    weightedTotalValues: weightedNonMissing,
  };
}

/** Presence and lengths of the lists at each nest level, and SQL for the innermost values. */
async function collectLevels(
  connection: DuckDBConnection,
  rows: string,
  depth: number,
  weight: Weight | undefined,
): Promise<{ levels: LevelState[]; leaves: string }> {
  const levels: LevelState[] = [];
  let leaves = rows;
  for (let level = 0; level < depth; level++) {
    levels.push(await listLevel(connection, leaves, weight));
    const innermost = level === depth - 1;
    const inner = `SELECT unnest(v) AS v${weight ? ', w' : ''} FROM ${leaves}`;
    leaves = innermost ? `(SELECT * FROM (${inner}) WHERE v IS NOT NULL)` : `(${inner})`;
  }
  return { levels, leaves };
}

async function listLevel(connection: DuckDBConnection, from: string, weight: Weight | undefined): Promise<LevelState> {
  const weights = weight ? `, ${weight.sum('w')}` : '';
  const sql = `SELECT len(v)::DOUBLE, count(*)::DOUBLE${weights} FROM ${from} WHERE v IS NOT NULL GROUP BY 1 ORDER BY 1`;
  const rows = (await connection.runAndReadAll(sql)).getRows().map((row) => row.map(Number));
  const sum = (of: (row: readonly number[]) => number): number => rows.reduce((total, row) => total + of(row), 0);
  return {
    nonMissing: sum(([, count = 0]) => count),
    totalValues: sum(([length = 0, count = 0]) => length * count),
    lengths: rows.map(([length = 0, count = 0]) => [length, count] as const),
    weightedNonMissing: sum(([, , w = 0]) => w),
    weightedTotalValues: sum(([length = 0, , w = 0]) => length * w),
  };
}

async function innermostLengths(connection: DuckDBConnection, rows: string, depth: number): Promise<LengthCount[]> {
  const flat = Array.from({ length: depth - 1 }).reduce<string>((inner) => `flatten(${inner})`, 'v');
  const sql = `SELECT len(${flat})::DOUBLE, count(*)::DOUBLE FROM ${rows} WHERE v IS NOT NULL GROUP BY 1 ORDER BY 1`;
  return (await connection.runAndReadAll(sql)).getRows().map(([length, count]) => [Number(length), Number(count)]);
}
