import type { DuckDBConnection } from '@duckdb/node-api';
import { PipelineError } from '../../errors/pipeline-error.js';
import { sqlName, sqlString } from '../../formats/duckdb.js';

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
  return TABLE;
}

async function createTable(connection: DuckDBConnection, csv: string): Promise<void> {
  const described = (await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${csv}`)).getRows();
  const columns = described.map(([name, type]) => {
    const column = sqlName(String(name));
    return type === 'DOUBLE' ? `${column}::FLOAT AS ${column}` : column;
  });
  await connection.run(`CREATE OR REPLACE TEMP TABLE ${TABLE} AS SELECT ${columns.join(', ')} FROM ${csv}`);
}
