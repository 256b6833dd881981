import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { sqlString } from '../../formats/duckdb.js';
import { rowsWithin } from './row-groups.js';

/*
 * Rows on their way from an input to its splits lie in temporary Parquet files, which SQL knows as a view. DuckDB's own
 * temporary tables are not compressed: they fill the memory limit, and beyond it they spill and are read back.
 */

/** Without dictionaries: in one of them -0 and 0 are the same value. */
const FORMAT = 'FORMAT parquet, DICTIONARY_SIZE_LIMIT 1';

const MOST_GROUP_ROWS = 20_480;
const GROUP_BYTES = 8 * 1024 * 1024;

export interface RowFile {
  readonly path: string;
  readonly rows: number;
}

/**
 * Writes a query's rows into a file in the connection's temporary folder.
 *
 * @param bytesPerRow - At most; long rows lie in smaller row groups.
 */
export async function writeRowFile(connection: DuckDBConnection, select: string, bytesPerRow = 0): Promise<RowFile> {
  const found = await connection.runAndReadAll("SELECT current_setting('temp_directory')");
  const file = path.join(String(found.getRows()[0]![0]), `rows-${randomUUID()}.parquet`);
  try {
    const format = `${FORMAT}, ROW_GROUP_SIZE ${rowsWithin(GROUP_BYTES, bytesPerRow, MOST_GROUP_ROWS)}`;
    const copied = await connection.runAndReadAll(`COPY (${select}) TO ${sqlString(file)} (${format})`);
    return { path: file, rows: Number(copied.getRows()[0]?.[0]) };
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}

/**
 * Makes the rows of the files a view.
 *
 * @param where - SQL that the rows to be seen fulfil.
 */
export async function viewRowFiles(
  connection: DuckDBConnection,
  view: string,
  files: readonly RowFile[],
  where = 'true',
): Promise<void> {
  const list = files.map((file) => sqlString(file.path)).join(', ');
  await connection.run(`CREATE OR REPLACE TEMP VIEW ${view} AS SELECT * FROM read_parquet([${list}]) WHERE ${where}`);
}

/** Removes files whose rows are no longer needed, to give their room on the disk back early. */
export async function removeRowFiles(files: readonly RowFile[]): Promise<void> {
  await Promise.all(files.map(async (file) => await rm(file.path, { force: true })));
}
