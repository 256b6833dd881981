import { sqlString } from '../../../formats/duckdb.js';

/** How a CSV file is written. */
export interface CsvDialect {
  readonly delimiter: string;
  /** Empty: no quoting. */
  readonly quote: string;
  /** Unquoted or quoted cells that mean "missing"; the blank cell always does. */
  readonly nullTokens: readonly string[];
}

/** Longer records are refused: a whole record must fit a reader's buffer. */
export const MAX_RECORD_BYTES = 16 * 1024 * 1024;

/** A fourth of DuckDB's usual buffer: as fast, and a small memory limit still reads a file of any size. */
const BUFFER_BYTES = 8_000_000;

export interface ReadCsvOptions {
  readonly columns: number;
  readonly dialect: CsvDialect;
  /** Set rows that cannot be read aside in DuckDB's tables `rejects` and `reject_scans`. */
  readonly storeRejects: boolean;
  /** Files beyond DuckDB's usual 2 MB per record need larger buffers. */
  readonly longRecords: boolean;
}

/** DuckDB's table expression for one prepared CSV file: every cell as text, columns `c0`, `c1`, … */
export function readCsvSql(file: string, options: ReadCsvOptions): string {
  const { delimiter, quote, nullTokens } = options.dialect;
  const columns = Array.from({ length: options.columns }, (_, i) => `'c${i}': 'VARCHAR'`).join(', ');
  const settings = [
    sqlString(file),
    'auto_detect = false',
    'header = true',
    'strict_mode = true',
    "compression = 'none'",
    `delim = ${sqlString(delimiter)}`,
    `quote = ${sqlString(quote)}`,
    `escape = ${sqlString(quote)}`,
    `nullstr = [${['', ...nullTokens].map(sqlString).join(', ')}]`,
    `columns = {${columns}}`,
  ];
  settings.push(options.longRecords ? `max_line_size = ${MAX_RECORD_BYTES}` : `buffer_size = ${BUFFER_BYTES}`);
  if (options.storeRejects) {
    settings.push(
      "store_rejects = true, rejects_table = 'rejects', rejects_scan = 'reject_scans'",
      'rejects_limit = 0',
    );
  }
  return `read_csv(${settings.join(', ')})`;
}
