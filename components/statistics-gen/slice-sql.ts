import type { DuckDBConnection } from '@duckdb/node-api';
import { PipelineError } from '../../errors/pipeline-error.js';
import { sqlName, sqlString } from '../../formats/duckdb.js';
import type { Relation } from './collect-state.js';
import { bytesText, sliceColumn, type Slice } from './slices.js';
import type { SourceColumn } from './source-column.js';

const QUERY = /^\s*SELECT\s+STRUCT\s*\(([^()]*)\)\s+FROM\s+(.+?)(?:\s+WHERE\s+(.+?))?\s*;?\s*$/is;
const NAME = '(?:`([^`]+)`|([A-Za-z_]\\w*))';
const KEY = new RegExp(`^\\s*${NAME}(?:\\s+AS\\s+${NAME})?\\s*$`, 'i');
const SOURCE = new RegExp(`^\\s*example\\s*\\.\\s*${NAME}(?:\\s+(?:AS\\s+)?${NAME})?\\s*$`, 'i');

/** A text in either quotes, of bytes behind a `b`; or a name in backticks. */
const QUOTED = /(?:\b[bB])?"([^"]*)"|(?:\b[bB])?'((?:[^']|'')*)'|`([^`]+)`/g;

interface SliceQuery {
  /** What is named in a slice: a source's alias, and the key it is shown by. */
  readonly keys: readonly { readonly alias: string; readonly key: string }[];
  /** The features whose values are crossed. */
  readonly sources: readonly { readonly alias: string; readonly feature: string }[];
  /** An expression over the aliases. */
  readonly where: string;
}

/**
 * Slices by TFDV's SQL: `SELECT STRUCT(feature [AS key], …) FROM example.feature, … [WHERE condition]`. Every example's
 * values are crossed, and belong to a slice where the condition holds. The condition is DuckDB's SQL, with texts also in
 * double quotes.
 *
 * @throws STATISTICS_SLICE_SQL_INVALID, STATISTICS_FEATURE_UNKNOWN
 */
export async function sqlSlices(connection: DuckDBConnection, relation: Relation, query: string): Promise<Slice[]> {
  const { keys, sources, where } = parseQuery(query);
  const columns = new Map(sources.map(({ alias, feature }) => [alias, sliceColumn(relation, feature)] as const));
  const texts = keys.map(({ alias }) => textOf(sqlName(alias), columns.get(alias)!));
  const condition = [...sources.map(({ alias }) => `${sqlName(alias)} IS NOT NULL`), `(${where})`].join(' AND ');
  /** A table of one column per source, for the values of one row. */
  const values = (columnOf: (index: number) => string): string =>
    sources
      .map(({ alias }, index) => {
        const value = columns.get(alias)!.depth === 0 ? columnOf(index) : `unnest(${columnOf(index)})`;
        return `LATERAL (SELECT ${value} AS ${sqlName(alias)}) AS source_${index}`;
      })
      .join(', ');
  const renamed = sources.map(({ alias }, index) => `${columns.get(alias)!.sql} AS column_${index}`).join(', ');
  const selected = texts.map((text, index) => `${text} AS key_${index}`).join(', ');
  const found = await distinctKeys(
    connection,
    `SELECT DISTINCT ${selected} FROM (SELECT DISTINCT ${renamed} FROM ${relation.sql}) AS example,
      ${values((index) => `example.column_${index}`)} WHERE ${condition} ORDER BY ALL`,
    query,
  );
  const crossed = values((index) => `example.${columns.get(sources[index]!.alias)!.sql}`);
  return found.map((row) => {
    const equal = texts.map((text, index) => `${text} = ${sqlString(row[index]!)}`).join(' AND ');
    return {
      name: keys.map(({ key }, index) => `${key}_${row[index]!}`).join('_'),
      sql: `(SELECT * FROM ${relation.sql} AS example WHERE EXISTS (SELECT 1 FROM ${crossed} WHERE ${condition} AND ${equal}))`,
    };
  });
}

async function distinctKeys(connection: DuckDBConnection, sql: string, query: string): Promise<string[][]> {
  const reader = await connection.runAndReadAll(sql).catch((cause: unknown) => {
    throw invalid(query, cause);
  });
  return reader.getRows().map((row) => row.map(String));
}

/** Floats of 32 bits are written shortly here, unlike in a cross of features: so does TFDV. */
const textOf = (value: string, { binary }: SourceColumn): string => (binary ? bytesText(value) : `${value}::VARCHAR`);

function parseQuery(query: string): SliceQuery {
  const [, struct = '', from = '', where = 'true'] = QUERY.exec(query) ?? [];
  const keys = struct.split(',').map((part) => {
    const [, quoted, plain, quotedKey, plainKey] = KEY.exec(part) ?? [];
    const alias = quoted ?? plain ?? '';
    return { alias, key: quotedKey ?? plainKey ?? alias };
  });
  const sources = from.split(',').map((part) => {
    const [, quoted, plain, quotedAlias, plainAlias] = SOURCE.exec(part) ?? [];
    const feature = quoted ?? plain ?? '';
    return { feature, alias: quotedAlias ?? plainAlias ?? feature };
  });
  const aliases = new Set(sources.map(({ alias }) => alias));
  if (aliases.has('') || keys.some(({ alias }) => !aliases.has(alias)) || where.includes(';')) throw invalid(query);
  return { keys, sources, where: where.replace(QUOTED, quoteAgain) };
}

function quoteAgain(
  _: string,
  double: string | undefined,
  single: string | undefined,
  name: string | undefined,
): string {
  if (name !== undefined) return sqlName(name);
  return sqlString(double ?? (single ?? '').replaceAll("''", "'"));
}

function invalid(query: string, cause?: unknown): PipelineError {
  return new PipelineError('STATISTICS_SLICE_SQL_INVALID', {
    what: `The slices can not be made: ${query.slice(0, 300)}`,
    cause,
  });
}
