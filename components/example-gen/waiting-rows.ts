import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { sqlName, sqlString } from '../../formats/duckdb.js';
import { rowsWithin } from './row-groups.js';

/*
 * Rows on their way from an input to its splits lie in temporary Parquet files, which SQL knows as a view. DuckDB's own
 * temporary tables are not compressed: they fill the memory limit, and beyond it they spill and are read back. They are
 * faster for rows that are known to be few.
 */

/** Without dictionaries: in one of them -0 and 0 are the same value. */
const FORMAT = 'FORMAT parquet, DICTIONARY_SIZE_LIMIT 1';

const MOST_GROUP_ROWS = 20_480;
const GROUP_BYTES = 8 * 1024 * 1024;

/** Rows that wait: a temporary file or table. */
export interface WaitingRows {
  /** A SQL table expression. */
  readonly from: string;
  /** The Parquet file with them, if they are not in memory. */
  readonly file?: string;
  readonly rows: number;
  readonly remove: () => Promise<void>;
}

/**
 * Keeps a query's rows in a file in the connection's temporary folder.
 *
 * @param bytesPerRow - At most; long rows lie in smaller row groups.
 */
export async function keepInFile(connection: DuckDBConnection, select: string, bytesPerRow = 0): Promise<WaitingRows> {
  const found = await connection.runAndReadAll("SELECT current_setting('temp_directory')");
  const file = path.join(String(found.getRows()[0]![0]), `rows-${randomUUID()}.parquet`);
  const remove = async (): Promise<void> => await rm(file, { force: true });
  try {
    const format = `${FORMAT}, ROW_GROUP_SIZE ${rowsWithin(GROUP_BYTES, bytesPerRow, MOST_GROUP_ROWS)}`;
    const copied = await connection.runAndReadAll(`COPY (${select}) TO ${sqlString(file)} (${format})`);
    return { from: `read_parquet(${sqlString(file)})`, file, rows: Number(copied.getRows()[0]?.[0]), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Keeps a query's rows in a temporary table. */
export async function keepInMemory(connection: DuckDBConnection, select: string): Promise<WaitingRows> {
  const table = sqlName(`rows-${randomUUID()}`);
  await connection.run(`CREATE TEMP TABLE ${table} AS ${select}`);
  const counted = await connection.runAndReadAll(`SELECT count(*) FROM ${table}`);
  const remove = async (): Promise<void> => void (await connection.run(`DROP TABLE ${table}`));
  return { from: table, rows: Number(counted.getRows()[0]?.[0]), remove };
}

/**
 * Makes waiting rows a view.
 *
 * @param where - SQL that the rows to be seen fulfil.
 */
export async function viewRows(
  connection: DuckDBConnection,
  view: string,
  parts: readonly WaitingRows[],
  where = 'true',
): Promise<void> {
  const files = parts.flatMap(({ file }) => (file === undefined ? [] : [sqlString(file)]));
  const tables = parts.flatMap(({ file, from }) => (file === undefined ? [from] : []));
  // One scan of all files, however many there are.
  const sources = files.length === 0 ? tables : [`read_parquet([${files.join(', ')}])`, ...tables];
  const all = sources.map((source) => `SELECT * FROM ${source} WHERE ${where}`).join(' UNION ALL ');
  await connection.run(`CREATE OR REPLACE TEMP VIEW ${view} AS ${all}`);
}
