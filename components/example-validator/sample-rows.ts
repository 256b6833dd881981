import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { sqlName, sqlString, withDuckDb } from '../../formats/duckdb.js';
import type { FeatureProto, SchemaProto } from '../../formats/schema.js';
import type { AnomaliesProto } from '../../formats/statistics.js';
import type { InputArtifact, OutputPlace, Resources } from '../implement.js';

/** A row that shows an anomaly. */
export interface SampleRow {
  readonly split: string;
  readonly feature: string;
  readonly type: string;
  readonly file: string;
  /** Counted from 0 within the file. */
  readonly row: number;
  /** The value as text, cut to 200 characters; null when missing. */
  readonly value: string | null;
}

/** The file of the anomalies' payload that holds the sample rows, as JSON. */
export const SAMPLE_ROWS_FILE = 'sample_rows.json';

/** Writes up to `limit` rows for each anomaly that rows can show: unexpected values, ranges, missing values. */
export async function writeSampleRows(
  place: OutputPlace,
  examples: InputArtifact,
  found: Readonly<Record<string, AnomaliesProto>>,
  schema: SchemaProto,
  limit: number,
  resources: Resources,
): Promise<void> {
  // Loaded when it is needed, as below: those who only validate statistics need no reader of examples.
  const { openExamples } = await import('../../formats/examples.js');
  const samples: SampleRow[] = [];
  for (const split of examples.splits) {
    const anomalies = found[split.name];
    if (anomalies?.anomalyInfo === undefined) continue;
    const temporaryPath = path.join(resources.temporaryPath, `samples-${split.name}`);
    await mkdir(temporaryPath, { recursive: true });
    const { threads, memoryLimitMiB } = resources;
    const opened = await openExamples(split.path, { threads, memoryLimitMiB, temporaryPath });
    samples.push(
      ...(await sampleRows(opened.parquet, split.name, anomalies, schema, limit, { ...resources, temporaryPath })),
    );
  }
  await writeFile(place.file(SAMPLE_ROWS_FILE), `${JSON.stringify(samples, null, 1)}\n`);
}

/** Rows of Parquet files that show a data set's anomalies, the first ones of the first files. */
export async function sampleRows(
  parquet: readonly string[],
  split: string,
  anomalies: AnomaliesProto,
  schema: SchemaProto,
  limit: number,
  resources: Pick<Resources, 'threads' | 'memoryLimitMiB' | 'temporaryPath'>,
): Promise<SampleRow[]> {
  const { threads, memoryLimitMiB, temporaryPath } = resources;
  const allowedPaths = [...new Set(parquet.map((file) => path.dirname(path.resolve(file))))];
  const { readParquetSql } = await import('../../formats/examples.js');
  return withDuckDb({ threads, memoryLimitMiB, temporaryPath, allowedPaths }, async (connection) => {
    const columns = await columnTypes(connection, readParquetSql(parquet));
    const tables = parquet.map((file) => ({ file, sql: readParquetSql([file]) }));
    const rows: SampleRow[] = [];
    for (const [feature, { reason = [] }] of Object.entries(anomalies.anomalyInfo ?? {})) {
      const rule = schema.feature?.find(({ name }) => name === feature);
      const type = columns.get(feature);
      if (rule === undefined || type === undefined) continue;
      for (const { type: anomaly = '' } of reason) {
        const where = conditionFor(anomaly, rule, schema, type.includes('['));
        if (where === undefined) continue;
        const found = await matching(connection, tables, feature, where, limit);
        rows.push(...found.map((row) => ({ split, feature, type: anomaly, ...row })));
      }
    }
    return rows;
  });
}

async function columnTypes(connection: DuckDBConnection, table: string): Promise<Map<string, string>> {
  const reader = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${table}`);
  return new Map(reader.getRows().map(([name, type]) => [String(name), String(type)]));
}

type Place = Pick<SampleRow, 'file' | 'row' | 'value'>;

/** File by file, so that rows are counted within each; the engine's own row numbers give way to a column of their name. */
async function matching(
  connection: DuckDBConnection,
  tables: readonly { readonly file: string; readonly sql: string }[],
  feature: string,
  where: string,
  limit: number,
): Promise<Place[]> {
  const found: Place[] = [];
  for (const { file, sql } of tables) {
    if (found.length >= limit) break;
    const described = await columnTypes(connection, sql);
    const column = described.has(feature) ? sqlName(feature) : 'NULL';
    const numbered = `SELECT row_number() OVER () - 1 AS place, ${column} AS x FROM ${sql}`;
    const reader = await connection.runAndReadAll(
      `SELECT place, left(x::VARCHAR, 200) FROM (${numbered}) WHERE ${where} ORDER BY place LIMIT ${limit - found.length}`,
    );
    for (const [row, value] of reader.getRows())
      found.push({ file: path.basename(file), row: Number(row), value: value === null ? null : String(value) });
  }
  return found;
}

/** SQL over the value `x` of a row which shows an anomaly; undefined for anomalies of the whole. */
function conditionFor(anomaly: string, rule: FeatureProto, schema: SchemaProto, repeated: boolean): string | undefined {
  const some = (condition: string | undefined): string | undefined =>
    condition && repeated ? `len(list_filter(x, lambda x: ${condition})) > 0` : condition;
  const range = rule.intDomain ?? rule.floatDomain;
  const { min, max } = rule.valueCount ?? {};
  switch (anomaly) {
    case 'ENUM_TYPE_UNEXPECTED_STRING_VALUES':
      return some(notIn(rule, schema));
    case 'INT_TYPE_SMALL_INT':
    case 'FLOAT_TYPE_SMALL_FLOAT':
      return some(range?.min === undefined ? undefined : `x < ${Number(range.min)}::DOUBLE`);
    case 'INT_TYPE_BIG_INT':
    case 'FLOAT_TYPE_BIG_FLOAT':
      return some(range?.max === undefined ? undefined : `x > ${Number(range.max)}::DOUBLE`);
    case 'FLOAT_TYPE_HAS_NAN':
      return some('isnan(x)');
    case 'FLOAT_TYPE_HAS_INF':
      return some('isinf(x)');
    case 'FEATURE_TYPE_LOW_FRACTION_PRESENT':
    case 'FEATURE_TYPE_LOW_NUMBER_PRESENT':
    case 'INVALID_FEATURE_SHAPE':
      return 'x IS NULL';
    case 'FEATURE_TYPE_HIGH_NUMBER_VALUES':
      return repeated && max !== undefined ? `len(x) > ${Math.trunc(max)}` : undefined;
    case 'FEATURE_TYPE_LOW_NUMBER_VALUES':
      return repeated && min !== undefined ? `len(x) < ${Math.trunc(min)}` : undefined;
    default:
      return undefined;
  }
}

function notIn(rule: FeatureProto, schema: SchemaProto): string | undefined {
  const domain = rule.stringDomain ?? schema.stringDomain?.find(({ name }) => name === rule.domain);
  const listed = (domain?.value ?? []).map(sqlString).join(', ');
  return listed === '' ? undefined : `x::VARCHAR NOT IN (${listed})`;
}
