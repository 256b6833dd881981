import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { PipelineError } from '../errors/pipeline-error.js';
import { sqlName, sqlString, withDuckDb } from './duckdb.js';
import type { EmptyFeatures } from './example-table.js';

/* What needs the engine is loaded when it is called: many only want the types. */

/** A feature's type: int64, float32, or bytes (text where it is UTF-8). */
export type FeatureKind = 'INT' | 'FLOAT' | 'STRING';

export interface ExamplesColumn {
  readonly name: string;
  readonly kind: FeatureKind;
  /** Several values per row: a Parquet LIST. */
  readonly repeated: boolean;
  /** Lists of lists: how deep, from 2. Absent for plain columns and plain lists. */
  readonly depth?: number;
  /** STRING only: the column is BLOB, because some value is not UTF-8. */
  readonly binary: boolean;
}

export interface OpenedExamples {
  /** Absolute paths, sorted. */
  readonly parquet: readonly string[];
  /** In the order of the files' columns. */
  readonly columns: readonly ExamplesColumn[];
  readonly rows: number;
}

export interface OpenExamplesOptions {
  /** Where TFRecord input is put as Parquet; the caller removes it. */
  readonly temporaryPath: string;
  /** Default 1. */
  readonly threads?: number;
  /** Default 512. */
  readonly memoryLimitMiB?: number;
  /** Features of TFRecords without values: `missing` by default. */
  readonly emptyFeatures?: EmptyFeatures;
}

/**
 * Opens one split of Examples for columnar reading. TFRecord files of tf.Examples are converted to Parquet first.
 *
 * @throws EXAMPLES_EMPTY, EXAMPLES_MIXED_FORMATS, EXAMPLES_COLUMN_UNSUPPORTED and what reading TFRecords throws.
 */
export async function openExamples(splitPath: string, options: OpenExamplesOptions): Promise<OpenedExamples> {
  const files = await dataFiles(splitPath);
  const parquet = files.filter((file) => file.endsWith('.parquet'));
  if (parquet.length > 0 && parquet.length < files.length) {
    throw new PipelineError('EXAMPLES_MIXED_FORMATS', {
      what: `${splitPath} holds ${parquet.length} Parquet files and ${files.length - parquet.length} others.`,
      details: { path: splitPath },
    });
  }
  if (parquet.length > 0) return await describeParquet(parquet, options);
  const { convertTfRecordsToParquet } = await import('./tfrecord-to-parquet.js');
  return await describeParquet([await convertTfRecordsToParquet(files, options)], options);
}

/** The columns and row count of Parquet files that hold features. */
export async function describeParquet(files: readonly string[], options: OpenExamplesOptions): Promise<OpenedExamples> {
  return await withDuckDb(databaseOptions(files, options), async (connection) => {
    const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${readParquetSql(files)}`);
    const columns = described.getRows().map(([name, type]) => toColumn(String(name), String(type)));
    const counted = await connection.runAndReadAll(`SELECT count(*) FROM ${readParquetSql(files)}`);
    return { parquet: files, columns, rows: Number(counted.getRows()[0]?.[0]) };
  });
}

/** A SQL table expression over Parquet files of one split. */
export function readParquetSql(files: readonly string[]): string {
  return `read_parquet([${files.map(sqlString).join(', ')}], union_by_name = true, hive_partitioning = false)`;
}

/** A row by feature name. `null` is missing; INT is bigint, FLOAT number, STRING string or bytes; lists where repeated. */
export type ExamplesRow = Readonly<Record<string, RowValue>>;
export type RowScalar = bigint | number | string | Uint8Array;
export type RowValue = RowScalar | readonly RowScalar[] | null;
/* A list of lists, where a column has a depth, is typed as the plain list that nearly all are. */

/** The rows of opened Examples in file order, streamed in chunks of at most 2,048. */
export async function* readRows(
  examples: Pick<OpenedExamples, 'parquet' | 'columns'>,
  options: OpenExamplesOptions & { readonly columns?: readonly string[]; readonly limit?: number },
): AsyncGenerator<ExamplesRow[]> {
  const { columnValues } = await import('./column-values.js');
  const wanted = options.columns === undefined ? undefined : new Set(options.columns);
  const columns = examples.columns.filter((column) => wanted?.has(column.name) ?? true);
  for await (const chunk of streamChunks(examples.parquet, columns, options)) {
    const values = columns.map((column, index) => columnValues(chunk, index, column));
    yield Array.from({ length: chunk.rowCount }, (_, row) =>
      Object.fromEntries(columns.map((column, index) => [column.name, values[index]?.[row] ?? null])),
    );
  }
}

type Chunk = Awaited<ReturnType<Awaited<ReturnType<DuckDBConnection['stream']>>['fetchChunk']>>;

/** DuckDB's chunks of the given columns as BIGINT, FLOAT, VARCHAR, BLOB or lists of these, in file order. */
export async function* streamChunks(
  files: readonly string[],
  columns: readonly ExamplesColumn[],
  options: OpenExamplesOptions & { readonly limit?: number },
): AsyncGenerator<NonNullable<Chunk>> {
  if (columns.length === 0) return;
  const chunks: AsyncIterator<NonNullable<Chunk>> = openStream(files, columns, options);
  try {
    for (;;) {
      const next = await chunks.next();
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await chunks.return?.();
  }
}

async function* openStream(
  files: readonly string[],
  columns: readonly ExamplesColumn[],
  options: OpenExamplesOptions & { readonly limit?: number },
): AsyncGenerator<NonNullable<Chunk>> {
  const list = columns.map((column) => `${sqlName(column.name)}::${sqlType(column)}`).join(', ');
  const limit = options.limit === undefined ? '' : ` LIMIT ${Math.trunc(options.limit)}`;
  const session = await openSession(databaseOptions(files, options));
  try {
    const result = await session.connection.stream(`SELECT ${list} FROM ${readParquetSql(files)}${limit}`);
    for (
      let chunk = await result.fetchChunk();
      chunk !== null && chunk.rowCount > 0;
      chunk = await result.fetchChunk()
    ) {
      yield chunk;
    }
  } finally {
    await session.close();
  }
}

/** `withDuckDb` turned inside out, so that a generator can hold the connection between two yields. */
async function openSession(
  options: Parameters<typeof withDuckDb>[0],
): Promise<{ connection: DuckDBConnection; close(): Promise<void> }> {
  return await new Promise((resolve, reject) => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((done) => {
      release = done;
    });
    const ended = withDuckDb(options, async (connection) => {
      resolve({
        connection,
        close: async () => {
          release();
          await ended;
        },
      });
      await held;
    });
    ended.catch(reject);
  });
}

/** The column's type in DuckDB. */
export function sqlType(column: ExamplesColumn): string {
  const scalar = { INT: 'BIGINT', FLOAT: 'FLOAT', STRING: column.binary ? 'BLOB' : 'VARCHAR' }[column.kind];
  return scalar + '[]'.repeat(column.depth ?? (column.repeated ? 1 : 0));
}

function databaseOptions(files: readonly string[], options: OpenExamplesOptions): Parameters<typeof withDuckDb>[0] {
  return {
    threads: options.threads ?? 1,
    memoryLimitMiB: options.memoryLimitMiB ?? 512,
    temporaryPath: options.temporaryPath,
    allowedPaths: [...new Set(files.map((file) => path.dirname(file)))],
  };
}

async function dataFiles(splitPath: string): Promise<string[]> {
  let names: string[] = [];
  try {
    names = (await readdir(splitPath)).filter((name) => !name.startsWith('.')).sort();
  } catch (cause) {
    throw new PipelineError('EXAMPLES_EMPTY', { what: `${splitPath} cannot be read.`, cause });
  }
  if (names.length === 0) {
    throw new PipelineError('EXAMPLES_EMPTY', {
      what: `${splitPath} has no data files.`,
      details: { path: splitPath },
    });
  }
  return names.map((name) => path.resolve(splitPath, name));
}

const KINDS: Readonly<Record<string, FeatureKind>> = {
  BOOLEAN: 'INT',
  TINYINT: 'INT',
  SMALLINT: 'INT',
  INTEGER: 'INT',
  BIGINT: 'INT',
  UTINYINT: 'INT',
  USMALLINT: 'INT',
  UINTEGER: 'INT',
  FLOAT: 'FLOAT',
  DOUBLE: 'FLOAT',
  VARCHAR: 'STRING',
  BLOB: 'STRING',
};

/** DuckDB's name of a type as that of its values and how deep they are nested: `BIGINT[][3]` is `BIGINT`, 2 deep. */
export function splitListType(type: string): { readonly scalar: string; readonly depth: number } {
  const scalar = type.replace(/(\[\d*\])+$/, '');
  return { scalar, depth: type.slice(scalar.length).split('[').length - 1 };
}

/** A column of Examples from DuckDB's name of its type. */
export function toColumn(name: string, type: string): ExamplesColumn {
  const { scalar, depth } = splitListType(type);
  const kind = scalar.startsWith('DECIMAL') ? 'FLOAT' : KINDS[scalar];
  if (kind === undefined) {
    throw new PipelineError('EXAMPLES_COLUMN_UNSUPPORTED', {
      what: `Column ${JSON.stringify(name)} has the type ${type}.`,
      details: { column: name, type },
    });
  }
  const column = { name, kind, repeated: depth > 0, binary: scalar === 'BLOB' };
  return depth > 1 ? { ...column, depth } : column;
}
