import { createRequire } from 'node:module';
import path from 'node:path';
import { sqlName, sqlString, withDuckDb, type DuckDbOptions } from '../../formats/duckdb.js';

/** vega-datasets' three million flights, as Parquet. */
export const FLIGHTS = path.join(
  path.dirname(createRequire(import.meta.url).resolve('vega-datasets')),
  '../data/flights-3m.parquet',
);

/** Runs one statement. */
export async function runSql(statement: string, options: DuckDbOptions): Promise<void> {
  await withDuckDb(options, async (connection) => await connection.run(statement));
}

/** Writes the flights as CSV with a header. */
export async function writeFlightsCsv(file: string, options: DuckDbOptions): Promise<void> {
  await runSql(`COPY (FROM ${sqlString(FLIGHTS)}) TO ${sqlString(file)} (HEADER)`, options);
}

/** A bare scan by DuckDB: reads every cell once, and no more. */
export async function bareScan(file: string, options: DuckDbOptions): Promise<void> {
  await withDuckDb(options, async (connection) => {
    const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${sqlString(file)}`);
    const read = described.getRows().map(([name, type]) => {
      const column = sqlName(String(name));
      if (type === 'VARCHAR') return `sum(strlen(${column}))`;
      return String(type).startsWith('TIMESTAMP') || type === 'DATE' ? `sum(epoch(${column}))` : `sum(${column})`;
    });
    await connection.runAndReadAll(`SELECT count(*), ${read.join(', ')} FROM ${sqlString(file)}`);
  });
}

/** A bare copy by DuckDB into a zstd Parquet file. */
export async function bareCopy(file: string, target: string, options: DuckDbOptions): Promise<void> {
  await runSql(`COPY (FROM ${sqlString(file)}) TO ${sqlString(target)} (FORMAT parquet, COMPRESSION zstd)`, options);
}
