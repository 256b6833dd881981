import { isUtf8 } from 'node:buffer';
import path from 'node:path';
import type { DuckDBAppender, DuckDBConnection, DuckDBType, DuckDBValue } from '@duckdb/node-api';
import {
  BIGINT,
  BLOB,
  DOUBLE,
  DuckDBBlobValue,
  DuckDBDataChunk,
  DuckDBListValue,
  FLOAT,
  LIST,
  VARCHAR,
} from '@duckdb/node-api';
import { sqlName, sqlString, withDuckDb, type DuckDbOptions } from '../../formats/duckdb.js';
import { binaryToBytes } from './bytes.js';
import type { Column, Scalar } from './columns.js';
import { rowValueAt } from './columns.js';
import type { Dtype, Shape } from './graph-spec.js';

/** A column of the file. */
export interface OutputColumn {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: Shape;
}

/** A batch of the columns, in their order. */
export interface OutputBatch {
  readonly rows: number;
  readonly columns: readonly Column[];
}

const CHUNK_ROWS = 2048;
const ROW_GROUP_ROWS = 122_880;

/**
 * Writes batches to one Parquet file: FLOAT, BIGINT and VARCHAR (BLOB where some text is not UTF-8), lists for vectors and
 * lists. The same rows give the same bytes, whatever the number of threads.
 *
 * @returns the number of rows.
 */
export async function writeTransformed(
  file: string,
  columns: readonly OutputColumn[],
  batches: AsyncIterable<OutputBatch>,
  options: Omit<DuckDbOptions, 'allowedPaths'>,
): Promise<number> {
  return await withDuckDb({ ...options, allowedPaths: [path.dirname(file)] }, async (connection) => {
    const types = columns.map(stagedType);
    const definitions = columns.map((_, index) => `c${index} ${String(types[index])}`);
    await connection.run(`CREATE TABLE staged (${definitions.join(', ')})`);
    const appender = await connection.createAppender('staged');
    let rows = 0;
    for await (const batch of batches) {
      appendBatch(appender, types, columns, batch);
      appender.flushSync();
      rows += batch.rows;
    }
    appender.closeSync();
    await copyToParquet(connection, columns, file);
    return rows;
  });
}

/** Whole numbers travel as doubles: DuckDB's bindings would make a BigInt of each. */
function stagedType({ dtype, shape }: OutputColumn): DuckDBType {
  const element = dtype === 'string' ? BLOB : dtype === 'float32' ? FLOAT : DOUBLE;
  return isList(shape) ? LIST(element) : element;
}

const isList = (shape: Shape): boolean => shape === 'ragged' || shape.length > 0;

function appendBatch(
  appender: DuckDBAppender,
  types: readonly DuckDBType[],
  columns: readonly OutputColumn[],
  batch: OutputBatch,
): void {
  for (let from = 0; from < batch.rows; from += CHUNK_ROWS) {
    const count = Math.min(CHUNK_ROWS, batch.rows - from);
    const chunk = DuckDBDataChunk.create(types, count);
    columns.forEach(({ shape }, index) => {
      const column = batch.columns[index] as Column;
      chunk.setColumnValues(
        index,
        Array.from({ length: count }, (_, offset) => duckDbValue(rowValueAt(column, from + offset, shape))),
      );
    });
    appender.appendDataChunk(chunk);
  }
}

function duckDbValue(value: ReturnType<typeof rowValueAt>): DuckDBValue {
  if (value === null) return null;
  return typeof value === 'object' ? new DuckDBListValue(value.map(duckDbScalar)) : duckDbScalar(value);
}

function duckDbScalar(value: Scalar): DuckDBValue {
  return typeof value === 'number' ? value : new DuckDBBlobValue(binaryToBytes(value));
}

async function copyToParquet(
  connection: DuckDBConnection,
  columns: readonly OutputColumn[],
  file: string,
): Promise<void> {
  const selected: string[] = [];
  for (const [index, column] of columns.entries()) {
    selected.push(`${await stagedExpression(connection, column, index)} AS ${sqlName(column.name)}`);
  }
  await connection.run(
    `COPY (SELECT ${selected.join(', ')} FROM staged) TO ${sqlString(file)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ROW_GROUP_ROWS})`,
  );
}

async function stagedExpression(connection: DuckDBConnection, column: OutputColumn, index: number): Promise<string> {
  const list = isList(column.shape) ? '[]' : '';
  if (column.dtype === 'float32') return `c${index}`;
  if (column.dtype !== 'string') return `c${index}::${String(BIGINT)}${list}`;
  if (!(await isText(connection, column, index))) return `c${index}`;
  return list === '' ? `decode(c${index})` : `list_transform(c${index}, x -> decode(x))::${String(VARCHAR)}[]`;
}

/** Whether every value is UTF-8, so that it can be written as text. */
async function isText(connection: DuckDBConnection, column: OutputColumn, index: number): Promise<boolean> {
  const values = isList(column.shape) ? `unnest(c${index})` : `c${index}`;
  const result = await connection.stream(`SELECT DISTINCT ${values} FROM staged`);
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    for (const value of chunk.getColumnValues(0)) {
      if (value instanceof DuckDBBlobValue && !isUtf8(value.bytes)) return false;
    }
  }
  return true;
}
