import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { PipelineError } from '../../errors/pipeline-error.js';
import { sqlName, withDuckDb } from '../../formats/duckdb.js';
import { readParquetSql, type ExamplesColumn } from '../../formats/examples.js';
import { ALL_EXAMPLES, type DatasetStatisticsProto, type StatisticsProto } from '../../formats/statistics.js';
import { collectState, countedRows, type Counted, type Relation } from './collect-state.js';
import type { DatasetState } from './dataset-state.js';
import { addDerivedStatistics, type DerivedOptions } from './derived-statistics.js';
import { datasetStatistics, type HistogramOptions } from './feature-statistics.js';
import { numbersOf } from './query.js';
import { schemaHints } from './schema-hints.js';
import { isSliced, slicesOf, type Slice, type SliceOptions } from './slices.js';
import { sourceColumns, type SourceColumn } from './source-column.js';

/** Data to describe: Parquet files of one data set, or what an ExampleGen loads into a table. */
export type StatisticsSource = ParquetSource | LoadedSource;

export interface ParquetSource {
  readonly parquet: readonly string[];
  /** Reads the rows of these files only, with the columns that all files have together. (Default: all) */
  readonly only?: readonly string[] | undefined;
}

/** A source that is loaded into a table once, e.g. CSV: `openInputs(…).source` of example-gen is one. */
export interface LoadedSource {
  /** Files that SQL reads. */
  readonly files: readonly string[];
  /** Makes the table, whose columns are `c0`, `c1`, …; the index tells which. */
  load(connection: DuckDBConnection, table: string): Promise<LoadedTable>;
}

interface LoadedTable {
  readonly table: string;
  readonly columns: readonly (ExamplesColumn & { readonly index: number })[];
}

export interface StatisticsOptions extends HistogramOptions, DerivedOptions, SliceOptions {
  /** Only these features. */
  readonly featureAllowlist?: readonly string[] | undefined;
  /** A numeric feature with exactly one value in every example; adds weighted statistics. */
  readonly weightFeature?: string | undefined;
  /** Of CSV, when data are described by themselves: columns have the types of the schema. Examples have their types. */
  readonly inferTypeFromSchema?: boolean | undefined;
  /** Looks for images, natural language, dates and times among the values. */
  readonly semanticDomainStats?: boolean | undefined;
  /** The share of distinct values that this looks at. Default 1. */
  readonly semanticDomainStatsSampleRate?: number | undefined;
  /** The share of rows to read, chosen by row number. */
  readonly sampleRate?: number | undefined;
}

/** How statistics are computed, without influence on the result. */
export interface StatisticsResources {
  readonly threads: number;
  readonly memoryLimitMiB: number;
  /** An empty folder for what does not fit into memory. */
  readonly temporaryPath: string;
  readonly signal?: AbortSignal | undefined;
  /** After each column. */
  readonly onColumn?: ((done: number, total: number) => void) | undefined;
  /** Folders of other files that SQL reads or writes. */
  readonly folders?: readonly string[] | undefined;
}

/**
 * Statistics of a data set as TFDV's `generate_statistics`: exact counts, moments, quantiles and histograms, the most
 * frequent values; weighted and by slice on request.
 *
 * @throws STATISTICS_INPUT_UNREADABLE, STATISTICS_TYPE_UNSUPPORTED, STATISTICS_FEATURE_UNKNOWN, STATISTICS_WEIGHT_INVALID
 */
export async function computeStatistics(
  source: StatisticsSource,
  options: StatisticsOptions,
  resources: StatisticsResources,
): Promise<StatisticsProto> {
  return withSource(source, options, resources, (connection, relation) =>
    describeSlices(connection, relation, {
      options,
      resources,
      count: (rows) => countRelation(connection, rows, options),
    }),
  );
}

interface DescribeFacts {
  readonly options: StatisticsOptions;
  readonly resources: StatisticsResources;
  /** What is counted of a slice's rows; of all rows the slice is undefined. */
  readonly count: (rows: Relation, slice: Slice | undefined) => Promise<Counted>;
}

/** Statistics of all rows and of each slice, from counts. */
export async function describeSlices(
  connection: DuckDBConnection,
  relation: Relation,
  { options, resources, count }: DescribeFacts,
): Promise<StatisticsProto> {
  const slices = await slicesOf(connection, relation, options);
  const histograms = { ...schemaHints(options.schema), ...options };
  const listLimit = Math.max(options.numTopValues ?? 20, options.numRankHistogramBuckets ?? 1000);
  const datasets: DatasetStatisticsProto[] = [];
  let whole: DatasetState | undefined;
  for (const slice of [undefined, ...slices]) {
    const rows = { sql: slice?.sql ?? relation.sql, columns: relation.columns };
    const state = await stateOf(connection, await count(rows, slice), options, resources, listLimit);
    whole ??= state;
    const name = slice?.name ?? (isSliced(options) ? ALL_EXAMPLES : '');
    const plain = datasetStatistics(state, histograms, name, whole);
    datasets.push(await addDerivedStatistics(connection, rows, plain, options));
  }
  return { datasets };
}

/** The mergeable state of one shard; `mergeStates` and `datasetStatistics` make statistics of many. */
export async function computeState(
  source: StatisticsSource,
  options: StatisticsOptions,
  resources: StatisticsResources,
): Promise<DatasetState> {
  return withSource(source, options, resources, async (connection, relation) =>
    stateOf(connection, await countRelation(connection, relation, options), options, resources),
  );
}

/** The columns that are described. */
export function describedColumns({ columns }: Relation, { featureAllowlist }: StatisticsOptions): SourceColumn[] {
  const allowed = featureAllowlist && new Set(featureAllowlist);
  return columns.filter(({ name, path: [top = name] = [] }) => allowed?.has(top) ?? true);
}

async function countRelation(
  connection: DuckDBConnection,
  relation: Relation,
  options: StatisticsOptions,
): Promise<Counted> {
  const weight = await weightColumn(connection, relation, options);
  return countedRows(connection, { sql: relation.sql, columns: describedColumns(relation, options) }, weight);
}

async function stateOf(
  connection: DuckDBConnection,
  counted: Counted,
  options: StatisticsOptions,
  resources: StatisticsResources,
  listLimit?: number,
): Promise<DatasetState> {
  let done = 0;
  return collectState(connection, counted, {
    categorical: schemaHints(options.schema).categorical,
    listLimit,
    ...(options.semanticDomainStats === true && { semanticSampleRate: options.semanticDomainStatsSampleRate ?? 1 }),
    signal: resources.signal,
    onColumn: () => resources.onColumn?.(++done, counted.columns.length),
  });
}

/** The column of weights, if there is one. @throws STATISTICS_FEATURE_UNKNOWN, STATISTICS_WEIGHT_INVALID */
export async function weightColumn(
  connection: DuckDBConnection,
  relation: Relation,
  { weightFeature: name }: StatisticsOptions,
): Promise<SourceColumn | undefined> {
  if (name === undefined) return undefined;
  const column = relation.columns.find((candidate) => candidate.name === name);
  if (column === undefined)
    throw new PipelineError('STATISTICS_FEATURE_UNKNOWN', {
      what: `There is no weight feature ${JSON.stringify(name)}.`,
    });
  const wrong = column.depth === 0 ? `${column.sql} IS NULL` : `coalesce(len(${column.sql}), 0) <> 1`;
  const [missing = 0] =
    column.kind === 'STRING' ? [1] : await numbersOf(connection, `SELECT count(*) FROM ${relation.sql} WHERE ${wrong}`);
  if (missing === 0) return column;
  throw new PipelineError('STATISTICS_WEIGHT_INVALID', {
    what: `The weight feature ${JSON.stringify(name)} is ${column.kind === 'STRING' ? 'text' : `not one number in ${missing} examples`}.`,
    details: { feature: name },
  });
}

/** Opens a source for SQL. @throws STATISTICS_INPUT_UNREADABLE, STATISTICS_TYPE_UNSUPPORTED */
export async function withSource<T>(
  source: StatisticsSource,
  options: StatisticsOptions,
  resources: StatisticsResources,
  use: (connection: DuckDBConnection, relation: Relation) => Promise<T>,
): Promise<T> {
  const files = 'load' in source ? source.files : source.parquet;
  await Promise.all(files.map(checkFile));
  const database = {
    threads: resources.threads,
    memoryLimitMiB: resources.memoryLimitMiB,
    temporaryPath: resources.temporaryPath,
    allowedPaths: [
      ...new Set([...files.map((file) => path.dirname(path.resolve(file))), ...(resources.folders ?? [])]),
    ],
    preserveOrder: false,
  };
  return withDuckDb(database, async (connection) => {
    const interrupt = (): void => connection.interrupt();
    resources.signal?.addEventListener('abort', interrupt);
    try {
      const { sql, columns } = 'load' in source ? await loaded(connection, source) : await scanned(connection, source);
      const rate = options.sampleRate ?? 1;
      return await use(connection, { sql: rate < 1 ? sampleSql(sql, rate) : sql, columns });
    } finally {
      resources.signal?.removeEventListener('abort', interrupt);
    }
  });
}

/** The same rows on every run: a row is chosen by the hash of its values. */
function sampleSql(table: string, rate: number): string {
  return `(SELECT * FROM ${table} AS sampled WHERE hash(sampled) % 1000000 < ${Math.round(rate * 1_000_000)})`;
}

async function loaded(connection: DuckDBConnection, source: LoadedSource): Promise<Relation> {
  const { table, columns } = await source.load(connection, 'examples');
  return {
    sql: table,
    columns: columns.map(({ name, kind, repeated, depth, binary, index }) => ({
      name,
      kind,
      depth: depth ?? (repeated ? 1 : 0),
      binary,
      sql: `c${index}`,
    })),
  };
}

async function scanned(connection: DuckDBConnection, { parquet, only }: ParquetSource): Promise<Relation> {
  const described = await describeColumns(connection, parquet);
  const columns = described.flatMap(({ name, type }) => sourceColumns(name, type));
  if (only === undefined) return { sql: readParquetSql(parquet), columns };
  const present = new Set((await describeColumns(connection, only)).map(({ name }) => name.toLowerCase()));
  const selected = described.map(({ name, type }) => {
    const column = sqlName(name);
    return `${present.has(name.toLowerCase()) ? column : 'NULL'}::${type} AS ${column}`;
  });
  return { sql: `(SELECT ${selected.join(', ')} FROM ${readParquetSql(only)})`, columns };
}

async function describeColumns(
  connection: DuckDBConnection,
  files: readonly string[],
): Promise<{ readonly name: string; readonly type: string }[]> {
  const reader = await connection
    .runAndReadAll(`DESCRIBE SELECT * FROM ${readParquetSql(files)}`)
    .catch((cause: unknown) => {
      throw new PipelineError('STATISTICS_INPUT_UNREADABLE', { what: 'The files can not be read as Parquet.', cause });
    });
  return reader.getRows().map(([name, type]) => ({ name: String(name), type: String(type) }));
}

async function checkFile(file: string): Promise<void> {
  const found = await stat(file).catch((cause: unknown) => {
    throw new PipelineError('STATISTICS_INPUT_UNREADABLE', { what: `${file} does not exist.`, cause });
  });
  if (found.size === 0) throw new PipelineError('STATISTICS_INPUT_UNREADABLE', { what: `${file} is empty.` });
}
