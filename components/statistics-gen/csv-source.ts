import type { DuckDBConnection } from '@duckdb/node-api';
import { PipelineError } from '../../errors/pipeline-error.js';
import { sqlName, sqlString } from '../../formats/duckdb.js';
import { numbersOf } from './query.js';

export interface CsvOptions {
  /** Default a comma. */
  readonly delimiter?: string | undefined;
}

const TABLE = 'csv_examples';

/**
 * Loads a CSV file with a header into a temporary table, parsed once. A column is INT, else FLOAT (float32), else text,
 * by all of its cells; blank cells are missing; a quoted cell may hold line breaks.
 *
 * @returns the table's name
 * @throws STATISTICS_INPUT_UNREADABLE with the line that does not fit
 */
export async function loadCsv(connection: DuckDBConnection, file: string, options: CsvOptions): Promise<string> {
  const read = (sample: number): string =>
    `read_csv(${sqlString(file)}, header = true, delim = ${sqlString(options.delimiter ?? ',')}, quote = '"', escape = '"',
      auto_type_candidates = ['BIGINT', 'DOUBLE', 'VARCHAR'], sample_size = ${sample}, nullstr = '', null_padding = false,
      ignore_errors = false)`;
  try {
    // A sample mostly tells the types; where a later cell does not fit them, all cells are asked.
    await createTable(connection, read(20_480)).catch(() => createTable(connection, read(-1)));
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
    throw new PipelineError('STATISTICS_INPUT_UNREADABLE', {
      what: `${file} can not be read as CSV: ${reason}`,
      cause,
    });
  }
  await numbersWithSpace(connection);
  return TABLE;
}

/** Columns of numbers with space around them, which DuckDB takes for text, become numbers as in Python. */
async function numbersWithSpace(connection: DuckDBConnection): Promise<void> {
  const described = (await connection.runAndReadAll(`DESCRIBE ${TABLE}`)).getRows();
  for (const [name] of described.filter(([, type]) => type === 'VARCHAR')) {
    const column = sqlName(String(name));
    const isNumber = `TRY_CAST(trim(${column}) AS DOUBLE) IS NOT NULL`;
    const isInt = `regexp_full_match(trim(${column}), '[+-]?[0-9]+')`;
    const sample = `(SELECT ${column} FROM ${TABLE} WHERE ${column} IS NOT NULL LIMIT 1000)`;
    const all = `(SELECT ${column} FROM ${TABLE} WHERE ${column} IS NOT NULL)`;
    const [numbers] = await numbersOf(connection, `SELECT count(*) > 0 AND bool_and(${isNumber}) FROM ${sample}`);
    if (numbers !== 1) continue;
    const [every, ints, fits] = await numbersOf(
      connection,
      `SELECT bool_and(${isNumber}), bool_and(${isInt}), bool_and(NOT ${isInt} OR TRY_CAST(trim(${column}) AS BIGINT) IS NOT NULL) FROM ${all}`,
    );
    if (every !== 1 || fits !== 1) continue;
    await connection.run(
      `ALTER TABLE ${TABLE} ALTER ${column} TYPE ${ints === 1 ? 'BIGINT' : 'FLOAT'} USING trim(${column})::${ints === 1 ? 'BIGINT' : 'FLOAT'}`,
    );
  }
}

async function createTable(connection: DuckDBConnection, csv: string): Promise<void> {
  const described = (await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${csv}`)).getRows();
  const columns = described.map(([name, type]) => {
    const column = sqlName(String(name));
    return type === 'DOUBLE' ? `${column}::FLOAT AS ${column}` : column;
  });
  await connection.run(`CREATE OR REPLACE TEMP TABLE ${TABLE} AS SELECT ${columns.join(', ')} FROM ${csv}`);
}
