import { randomUUID } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { PipelineError } from '../../errors/pipeline-error.js';
import { sqlName, sqlString, withDuckDb } from '../../formats/duckdb.js';
import type { Resources } from '../implement.js';
import type { OpenedInputs } from './open-inputs.js';
import type { TableColumn } from './row-functions.js';
import { writeShardAsTfRecords } from './write-tfrecords.js';

export type TableFormat = 'parquet' | 'csv' | 'ndjson' | 'tfrecord';

const ENDINGS: readonly (readonly [RegExp, TableFormat])[] = [
  [/\.parquet$/i, 'parquet'],
  [/\.csv$/i, 'csv'],
  [/\.(ndjson|jsonl)$/i, 'ndjson'],
  [/\.(tfrecords?|tfrecord\.gz|tfrecords\.gz|gz)$/i, 'tfrecord'],
];

/** The format that a file's ending asks for; undefined where it asks for none. */
export function tableFormatOf(file: string): TableFormat | undefined {
  return ENDINGS.find(([ending]) => ending.test(file))?.[1];
}

/**
 * Writes opened inputs as one file of another format, rows in their order; the file appears whole or not at all. TFRecord is
 * written with gzip.
 *
 * @returns how many rows.
 * @throws EXAMPLES_COLUMN_UNSUPPORTED where the format cannot hold a column
 */
export async function convertInputs(
  opened: OpenedInputs,
  target: string,
  format: TableFormat,
  resources: Resources,
): Promise<number> {
  const { threads, memoryLimitMiB, temporaryPath } = resources;
  const folders = [target, ...opened.source.files].map((file) => path.dirname(path.resolve(file)));
  const database = { threads, memoryLimitMiB, temporaryPath, allowedPaths: [...new Set(folders)], preserveOrder: true };
  return await withDuckDb(database, async (connection) => {
    const { table, columns } = await opened.source.load(connection, 'rows');
    const list = columns.map((column) => `c${column.index} AS ${sqlName(column.name)}`).join(', ');
    const draft = `${path.resolve(target)}.${randomUUID()}.draft`;
    try {
      await writeRows(connection, `SELECT ${list} FROM ${table}`, columns, draft, format);
      await rename(draft, target);
    } finally {
      await rm(draft, { force: true });
    }
    const counted = await connection.runAndReadAll(`SELECT count(*) FROM ${table}`);
    return Number(counted.getRows()[0]?.[0]);
  });
}

async function writeRows(
  connection: DuckDBConnection,
  select: string,
  columns: readonly TableColumn[],
  file: string,
  format: TableFormat,
): Promise<void> {
  if (format === 'tfrecord') return await writeShardAsTfRecords(connection, select, columns, false, file);
  const unfit = columns.find(
    ({ binary, repeated }) => format !== 'parquet' && (binary || (repeated && format === 'csv')),
  );
  if (unfit !== undefined) {
    throw new PipelineError('EXAMPLES_COLUMN_UNSUPPORTED', {
      what: `Column ${JSON.stringify(unfit.name)} holds ${unfit.binary ? 'bytes that are not text' : 'lists'}, which ${format} cannot.`,
      fix: 'Convert to Parquet or TFRecord.',
      details: { column: unfit.name, format },
    });
  }
  const settings = { parquet: 'FORMAT parquet, COMPRESSION zstd', csv: 'FORMAT csv, HEADER', ndjson: 'FORMAT json' };
  await connection.run(`COPY (${select}) TO ${sqlString(file)} (${settings[format]})`);
}
