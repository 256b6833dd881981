import type { DuckDBConnection } from '@duckdb/node-api';
import { isPipelineError } from '../../../errors/pipeline-error.js';
import { CellTypes, type CellType } from '../cell-type.js';
import { registerRowHash } from '../row-hash-function.js';
import { explainCsvFailure } from './bad-rows.js';
import { readCsvSql, type CsvDialect } from './dialect.js';
import type { PreparedFile } from './prepare-file.js';
import { typesOf, type CsvSample } from './sample.js';

/** A column of the loaded table: `c<index>` there, `name` for people. */
export interface LoadedColumn {
  readonly name: string;
  readonly type: CellType;
}

export interface LoadedCsv {
  readonly columns: readonly LoadedColumn[];
  readonly rows: number;
}

export interface LoadCsvOptions {
  readonly sample: CsvSample;
  readonly dialect: CsvDialect;
  readonly columnTypes: Readonly<Record<string, Exclude<CellType, 'UNKNOWN'>>>;
  readonly storeRejects: boolean;
  /** The table that is made. */
  readonly table: string;
}

const SQL_TYPES: Readonly<Record<CellType, string>> = {
  UNKNOWN: 'VARCHAR',
  INT: 'BIGINT',
  FLOAT: 'FLOAT',
  STRING: 'VARCHAR',
};

/** DuckDB's usual limit of a record; beyond it larger buffers are asked for. */
const USUAL_RECORD_BYTES = 2_000_000;

/**
 * Loads prepared CSV files of one split into a table of typed columns `c0`, `c1`, … and the row hash `h`.
 *
 * Types are guessed from the first rows, and every cell is looked at while it is loaded: a wrong guess costs a second
 * load, never a wrong type.
 */
export async function loadCsv(
  connection: DuckDBConnection,
  files: readonly PreparedFile[],
  options: LoadCsvOptions,
): Promise<LoadedCsv> {
  const { names } = options.sample;
  let guess = typesOf(options.sample);
  for (;;) {
    const found = new CellTypes(names.length);
    const types = names.map((name, i) => givenType(options, name) ?? guess[i]!);
    await createTable(connection, options.table, types);
    const hash = registerRowHash(connection, options.sample.longest, found);
    for (const file of files) await insertFile(connection, file, types, hash, options);
    const inferred = found.types();
    const isRight = types.every((type, i) => givenType(options, names[i]!) !== undefined || type === inferred[i]);
    if (isRight) {
      const counted = await connection.runAndReadAll(`SELECT count(*) FROM ${options.table}`);
      const columns = names.map((name, i) => ({ name, type: types[i]! }));
      return { columns, rows: Number(counted.getRows()[0]?.[0]) };
    }
    guess = inferred;
  }
}

function givenType(options: LoadCsvOptions, name: string): CellType | undefined {
  return Object.hasOwn(options.columnTypes, name) ? options.columnTypes[name] : undefined;
}

async function createTable(connection: DuckDBConnection, table: string, types: readonly CellType[]): Promise<void> {
  const columns = types.map((type, i) => `c${i} ${SQL_TYPES[type]}`);
  await connection.run(`CREATE OR REPLACE TEMP TABLE ${table} (${[...columns, 'h UBIGINT'].join(', ')})`);
}

async function insertFile(
  connection: DuckDBConnection,
  file: PreparedFile,
  types: readonly CellType[],
  hash: string,
  options: LoadCsvOptions,
): Promise<void> {
  const values = types.map((type, i) => castSql(`c${i}`, type));
  // A blank line of a file with one column cannot be told from a blank cell: both are left out, as by TFX.
  const filter = types.length === 1 ? ' WHERE c0 IS NOT NULL' : '';
  const read = (longRecords: boolean): string =>
    readCsvSql(file.path, {
      columns: types.length,
      dialect: options.dialect,
      storeRejects: options.storeRejects,
      longRecords,
    });
  const insert = async (longRecords: boolean): Promise<unknown> =>
    await connection.run(
      `INSERT INTO ${options.table} SELECT ${values.join(', ')}, ${hash} FROM ${read(longRecords)}${filter}`,
    );
  try {
    const isLong = file.longestLine > USUAL_RECORD_BYTES;
    if (isLong || options.storeRejects) await insert(isLong);
    else await insert(false).catch(async (error: unknown) => await retryLong(error, insert));
  } catch (cause) {
    if (isPipelineError(cause)) throw cause;
    throw await explainCsvFailure(connection, file, options, cause);
  }
}

/** A record of many short quoted lines is found out by DuckDB only. */
async function retryLong(error: unknown, insert: (longRecords: boolean) => Promise<unknown>): Promise<unknown> {
  if (error instanceof Error && /maximum line size/i.test(error.message)) return await insert(true);
  throw error;
}

/** A text cell as a value of its type; null where it does not fit. */
export function castSql(cell: string, type: CellType): string {
  if (type === 'INT') return `try_cast(${cell} AS BIGINT)`;
  // Through double, as Python's float() and numpy round; beyond float32's range that cast is null, the direct one infinite.
  if (type === 'FLOAT') return `coalesce(try_cast(try_cast(${cell} AS DOUBLE) AS FLOAT), try_cast(${cell} AS FLOAT))`;
  return cell;
}
