import type { DuckDBConnection } from '@duckdb/node-api';
import { PipelineError } from '../../errors/pipeline-error.js';
import { sqlString } from '../../formats/duckdb.js';
import type { Relation } from './collect-state.js';
import { sqlSlices } from './slice-sql.js';
import type { SourceColumn } from './source-column.js';

export interface Slice {
  /** `<feature>_<value>`, for crosses joined by `_`, as TFDV names it. */
  readonly name: string;
  /** The slice's rows. */
  readonly sql: string;
}

/** A cross of features, as TFDV's SlicingSpec. An example belongs to every combination of its values. */
export interface SliceSpec {
  /** A slice for each value of these. */
  readonly featureKeys?: readonly string[] | undefined;
  /** Only these values of these features. */
  readonly featureValues?: Readonly<Record<string, readonly (string | number)[]>> | undefined;
}

export interface SliceOptions {
  /** A slice for each value of each of these features. */
  readonly sliceFeatures?: readonly string[] | undefined;
  readonly slices?: readonly SliceSpec[] | undefined;
  /** `SELECT STRUCT(feature [AS key]) FROM example.feature [WHERE …]`, see `slice-sql.ts`. */
  readonly sliceSqls?: readonly string[] | undefined;
}

export const isSliced = ({ sliceFeatures, slices, sliceSqls }: SliceOptions): boolean =>
  (sliceFeatures ?? slices ?? sliceSqls) !== undefined;

/**
 * All slices that have an example, those of a specification ordered by value. A slice that two specifications name is
 * listed once.
 *
 * @throws STATISTICS_FEATURE_UNKNOWN, STATISTICS_SLICE_SQL_INVALID
 */
export async function slicesOf(
  connection: DuckDBConnection,
  relation: Relation,
  { sliceFeatures = [], slices = [], sliceSqls = [] }: SliceOptions,
): Promise<Slice[]> {
  const found = new Map<string, Slice>();
  const add = (slice: Slice): void => void (found.has(slice.name) || found.set(slice.name, slice));
  for (const spec of [...sliceFeatures.map((name) => ({ featureKeys: [name] })), ...slices])
    for (const slice of await crossesOf(connection, relation, spec)) add(slice);
  for (const query of sliceSqls) for (const slice of await sqlSlices(connection, relation, query)) add(slice);
  return [...found.values()];
}

/** A feature to slice by. @throws STATISTICS_FEATURE_UNKNOWN */
export function sliceColumn(relation: Relation, feature: string): SourceColumn {
  const column = relation.columns.find(({ name }) => name === feature);
  if (column !== undefined && column.depth <= 1) return column;
  throw new PipelineError('STATISTICS_FEATURE_UNKNOWN', {
    what: `There is no feature ${JSON.stringify(feature)} to slice by.`,
  });
}

/** SQL for bytes as text, escaped where they are not UTF-8. */
export const bytesText = (value: string): string => `coalesce(try(decode(${value})), ${value}::VARCHAR)`;

/** SQL for a value as text. As Python writes a float: 3.14 in 32 bits is 3.140000104904175. */
function sliceText(value: string, { kind, binary }: SourceColumn): string {
  if (binary) return bytesText(value);
  return kind === 'FLOAT' ? `${value}::DOUBLE::VARCHAR` : `${value}::VARCHAR`;
}

const byName = (a: SourceColumn, b: SourceColumn): number => (a.name < b.name ? -1 : 1);

async function crossesOf(connection: DuckDBConnection, relation: Relation, spec: SliceSpec): Promise<Slice[]> {
  const { featureKeys = [], featureValues = {} } = spec;
  const names = new Set([...featureKeys, ...Object.keys(featureValues)]);
  const columns = [...names].map((name) => sliceColumn(relation, name)).sort(byName);
  if (columns.length === 0) return [];
  const texts = columns.map((column, index) =>
    column.depth === 0 ? `${sliceText(column.sql, column)} AS k${index}` : `unnest(${textsOf(column)}) AS k${index}`,
  );
  const chosen = columns.map(({ name }, index) => {
    const values = featureValues[name]?.map((value) => sqlString(String(value)));
    return values === undefined ? `k${index} IS NOT NULL` : `k${index} IN (${values.join(', ') || 'NULL'})`;
  });
  const keys = columns.map((_, index) => `k${index}`).join(', ');
  // One unnest at a time, for several in one SELECT go side by side instead of crossing.
  const source = columns.reduce(
    (from, column, index) => `(SELECT *, ${texts[index]!} FROM ${from} WHERE ${column.sql} IS NOT NULL)`,
    relation.sql,
  );
  const sql = `SELECT DISTINCT ${keys} FROM ${source} WHERE ${chosen.join(' AND ')} ORDER BY ALL`;
  const rows = (await connection.runAndReadAll(sql)).getRows().map((row) => row.map(String));
  return rows.map((values) => ({
    name: columns.map((column, index) => `${column.name}_${values[index]!}`).join('_'),
    sql: `(SELECT * FROM ${relation.sql} WHERE ${columns.map((column, index) => holds(column, values[index]!)).join(' AND ')})`,
  }));
}

const textsOf = (column: SourceColumn): string =>
  `list_distinct(list_transform(${column.sql}, lambda x: ${sliceText('x', column)}))`;

function holds(column: SourceColumn, value: string): string {
  const text = sqlString(value);
  return column.depth === 0
    ? `${sliceText(column.sql, column)} = ${text}`
    : `list_contains(${textsOf(column)}, ${text})`;
}
