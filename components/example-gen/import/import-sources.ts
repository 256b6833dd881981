import type { DuckDBConnection } from '@duckdb/node-api';
import { PipelineError } from '../../../errors/pipeline-error.js';
import { sqlName, sqlString } from '../../../formats/duckdb.js';
import { readParquetSql, type OpenExamplesOptions } from '../../../formats/examples.js';
import { convertTfRecordsToParquet, loadTfRecords } from '../../../formats/tfrecord-to-parquet.js';
import { decompressed } from '../decompressed.js';
import type { SourceSplit } from '../generate.js';
import type { InputSplit } from '../input-files.js';
import { detectFormat, type ImportFormat } from './detect-format.js';
import { importFailure, loadTable } from './load-table.js';

/** One split of imported files as a source. All of its files have one format. */
export async function importSource(
  input: InputSplit,
  format: ImportFormat | 'auto',
  options: OpenExamplesOptions,
): Promise<SourceSplit> {
  const used = format === 'auto' ? await commonFormat(input) : format;
  const what =
    input.files.length === 1 ? input.files[0]! : `${input.files[0]!} and ${input.files.length - 1} more files`;
  if (used === 'ndjson') {
    const plain: string[] = [];
    for (const file of input.files) plain.push(await decompressed(file, options.temporaryPath, 'IMPORT_UNREADABLE'));
    return {
      name: input.name,
      files: plain,
      load: async (connection, table) =>
        await loadTable(connection, await ndjsonSql(connection, plain, what), table, what),
    };
  }
  if (used === 'tfrecord') {
    return {
      name: input.name,
      files: input.files,
      load: async (connection, table) => {
        const examples = await loadTfRecords(connection, `${table}_read`, input.files);
        const loaded = await loadTable(connection, `(${await examples.select()})`, table, what);
        await examples.drop();
        return loaded;
      },
    };
  }
  const files = await parquetFiles(input.files, used, options);
  return {
    name: input.name,
    files,
    load: async (connection, table) => {
      await refuseClashingNames(connection, files, what);
      return await loadTable(connection, readParquetSql(files), table, what);
    },
  };
}

/** The files as Parquet: converted into the temporary folder where they are not. */
export async function parquetFiles(
  files: readonly string[],
  format: 'tfrecord' | 'parquet' | 'arrow',
  options: OpenExamplesOptions,
): Promise<readonly string[]> {
  if (format === 'tfrecord') return [await convertTfRecordsToParquet(files, options)];
  if (format === 'arrow') {
    // Loaded when it is needed: the library is large.
    const { convertArrowToParquet } = await import('./arrow.js');
    return await convertArrowToParquet(files, options);
  }
  return files;
}

async function commonFormat(input: InputSplit): Promise<ImportFormat> {
  const formats = await Promise.all(input.files.map(detectFormat));
  const other = formats.findIndex((format) => format !== formats[0]);
  if (other < 0) return formats[0]!;
  throw new PipelineError('INPUT_FORMATS_DIFFER', {
    what: `${input.files[0]!} is ${formats[0]!}, but ${input.files[other]!} is ${formats[other]!}.`,
  });
}

/** DuckDB reads names without regard to case and would rename the second: better refuse than surprise. */
async function refuseClashingNames(
  connection: DuckDBConnection,
  files: readonly string[],
  what: string,
): Promise<void> {
  try {
    const found = await connection.runAndReadAll(
      `SELECT lower(name) FROM parquet_schema([${files.map(sqlString).join(', ')}]) WHERE num_children IS NULL
       GROUP BY file_name, lower(name) HAVING count(DISTINCT name) > 1 LIMIT 1`,
    );
    const name = found.getRows()[0]?.[0];
    if (name === undefined) return;
    throw new PipelineError('EXAMPLES_COLUMN_UNSUPPORTED', {
      what: `${what} has several columns named ${JSON.stringify(name)} but for upper and lower case.`,
      fix: 'Rename one of them.',
      details: { column: name },
    });
  } catch (cause) {
    throw importFailure(cause, what);
  }
}

/** DuckDB takes two of these per thread, so the larger one is for files that need it. */
const OBJECT_BYTES = { usual: 1 << 21, most: 1 << 26 } as const;

/** Newline JSON with its types found over all rows, and times left as the text that they are. */
async function ndjsonSql(connection: DuckDBConnection, files: readonly string[], what: string): Promise<string> {
  try {
    const list = `[${files.map(sqlString).join(', ')}], format = 'newline_delimited', compression = 'uncompressed'`;
    return await describedNdjson(connection, list, OBJECT_BYTES.usual).catch(async (error: unknown) => {
      if (!(error instanceof Error) || !/maximum_object_size/.test(error.message)) throw error;
      return await describedNdjson(connection, list, OBJECT_BYTES.most);
    });
  } catch (cause) {
    throw importFailure(cause, what);
  }
}

async function describedNdjson(connection: DuckDBConnection, files: string, objectBytes: number): Promise<string> {
  const list = `${files}, maximum_object_size = ${objectBytes}`;
  const described = await connection.runAndReadAll(
    `DESCRIBE SELECT * FROM read_json(${list}, sample_size = -1, union_by_name = true, maximum_depth = 8, map_inference_threshold = -1)`,
  );
  const columns = described.getRows().map(([name, type]) => {
    const text = String(type).replace(/^(?:DATE|TIMESTAMP|TIME|UUID|JSON)[A-Z ]*/, 'VARCHAR');
    return `${sqlString(String(name))}: ${sqlString(text)}`;
  });
  const names = described.getRows().map(([name]) => sqlName(String(name)));
  return `(SELECT ${names.join(', ')} FROM read_json(${list}, columns = {${columns.join(', ')}}))`;
}
