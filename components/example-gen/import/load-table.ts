import type { DuckDBConnection } from '@duckdb/node-api';
import { PipelineError, isPipelineError } from '../../../errors/pipeline-error.js';
import { sqlName } from '../../../formats/duckdb.js';
import { sqlType, toColumn } from '../../../formats/examples.js';
import { keepInFile, viewRows } from '../waiting-rows.js';
import { typedRowHash, type TableColumn } from '../row-functions.js';
import type { RowTable } from '../write-splits.js';

/** Types that become text: their exact text is what they hold. */
const AS_TEXT = /^(?:DATE|TIME|TIMESTAMP|INTERVAL|UUID|ENUM|JSON)/;
/** Integers that may be beyond int64: the cast refuses those that are. */
const AS_BIGINT = /^(?:UBIGINT|HUGEINT|UHUGEINT)(?=\[|$)/;

/**
 * Loads a SQL table expression into a view of feature columns `c0`, `c1`, … and the row hash `h`.
 *
 * @param what - the source as people know it, for messages.
 * @throws EXAMPLES_COLUMN_UNSUPPORTED, IMPORT_NO_ROWS, IMPORT_UNREADABLE
 */
export async function loadTable(
  connection: DuckDBConnection,
  from: string,
  table: string,
  what: string,
): Promise<RowTable> {
  try {
    const columns = await describeColumns(connection, from, what);
    const list = columns.map((column) => `${sqlName(column.source)}::${sqlType(column)} AS c${column.index}`);
    const hash = typedRowHash(connection, columns);
    const rows = await keepInFile(connection, `SELECT *, ${hash} AS h FROM (SELECT ${list.join(', ')} FROM ${from})`);
    if (rows.rows === 0) throw new PipelineError('IMPORT_NO_ROWS', { what: `${what} holds no rows.` });
    await viewRows(connection, table, [rows]);
    return { table, columns };
  } catch (cause) {
    throw importFailure(cause, what);
  }
}

interface SourceColumn extends TableColumn {
  /** The name in the source. */
  readonly source: string;
}

async function describeColumns(connection: DuckDBConnection, from: string, what: string): Promise<SourceColumn[]> {
  const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${from}`);
  const columns = described.getRows().map(([name, type], index) => {
    const plain = String(type).replace(AS_BIGINT, 'BIGINT');
    const suffix = /(?:\[\d*\])*$/.exec(plain)?.[0] ?? '';
    const column = toColumn(String(name), AS_TEXT.test(plain) ? `VARCHAR${suffix}` : plain);
    return { ...column, source: String(name), index, isBlank: false };
  });
  if (columns.length === 0) throw new PipelineError('IMPORT_NO_ROWS', { what: `${what} has no columns.` });
  return columns;
}

/** DuckDB's failures on a file as ours; resource problems stay what they are. */
export function importFailure(cause: unknown, what: string): unknown {
  if (isPipelineError(cause) || !(cause instanceof Error)) return cause;
  if (/interrupted|out of memory|No space left/i.test(cause.message)) return cause;
  return new PipelineError('IMPORT_UNREADABLE', {
    what: `${what} cannot be read: ${(cause.message.split('\n')[0] ?? '').slice(0, 300)}`,
    cause,
  });
}
