import type { DuckDBConnection } from '@duckdb/node-api';
import type { TableColumn } from './row-functions.js';

/** DuckDB's usual size: readers can skip row groups and share them. */
const MOST_ROWS = 122_880;
/** The number of rows in one of DuckDB's vectors. */
const LEAST_ROWS = 2_048;

/** Of one column in a row group: a reader unpacks so much at once, in each thread. */
const COLUMN_BYTES = 4 * 1024 * 1024;
/** Of all columns in a row group: a writer holds so much at once, in each thread. */
const GROUP_BYTES = 32 * 1024 * 1024;

/**
 * How many rows a row group of a table takes, so that long values and many columns are read and written in little
 * memory. It follows from the rows alone, whatever their order.
 */
export async function rowsPerGroup(
  connection: DuckDBConnection,
  table: string,
  columns: readonly TableColumn[],
): Promise<number> {
  const bytes = await bytesPerRow(connection, table, columns);
  const widest = rowsWithin(COLUMN_BYTES, Math.max(...bytes), MOST_ROWS);
  const all = bytes.reduce((sum, column) => sum + column, 0);
  return rowsWithin(GROUP_BYTES, all, widest);
}

/** How many rows of so many bytes each are about so many bytes; whole vectors, at least one. */
export function rowsWithin(bytes: number, bytesPerRow: number, most: number): number {
  const vectors = Math.max(1, Math.floor(bytes / bytesPerRow / LEAST_ROWS));
  return Math.min(vectors * LEAST_ROWS, most);
}

const NUMBER_BYTES = 8;

/** Of each column, the mean over the rows. */
async function bytesPerRow(
  connection: DuckDBConnection,
  table: string,
  columns: readonly TableColumn[],
): Promise<number[]> {
  const measured = columns.flatMap((column) => {
    const sql = valueBytes(column);
    return sql === undefined ? [] : [{ column, sql }];
  });
  if (measured.length === 0) return columns.map(() => NUMBER_BYTES);
  const sums = measured.map(({ sql }) => `coalesce(sum(${sql}), 0)::DOUBLE`).join(', ');
  const [[rows, ...totals] = [1]] = (
    await connection.runAndReadAll(`SELECT count(*)::DOUBLE, ${sums} FROM ${table}`)
  ).getRows() as number[][];
  const means = new Map(measured.map(({ column }, i) => [column, (totals[i] ?? 0) / Math.max(1, rows ?? 1)]));
  return columns.map((column) => NUMBER_BYTES + (means.get(column) ?? 0));
}

/** SQL for the bytes of a column's value in one row; undefined for a single number. */
function valueBytes({ index, kind, repeated, depth, binary }: TableColumn): string | undefined {
  const bytes = binary ? 'octet_length' : 'strlen';
  if (!repeated) return kind === 'STRING' ? `${bytes}(c${index})` : undefined;
  let items = `c${index}`;
  for (let level = 1; level < (depth ?? 1); level++) items = `flatten(${items})`;
  if (kind !== 'STRING') return `${NUMBER_BYTES} * len(${items})`;
  return `${NUMBER_BYTES} * len(${items}) + list_sum(list_transform(${items}, lambda x: ${bytes}(x)))`;
}
