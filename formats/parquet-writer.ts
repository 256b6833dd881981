import { BIGINT, BLOB, FLOAT, LIST, blobValue, type DuckDBAppender, type DuckDBValue } from '@duckdb/node-api';
import { sqlName, sqlString, withDuckDb } from './duckdb.js';
import { refuseClashingNames } from './feature-names.js';
import type { ExamplesColumn, OpenExamplesOptions } from './examples.js';

export type ParquetField = Pick<ExamplesColumn, 'name' | 'kind' | 'repeated' | 'binary'>;

const TYPES = { INT: BIGINT, FLOAT, STRING: BLOB } as const;
const SQL_TYPES = { INT: 'BIGINT', FLOAT: 'FLOAT', STRING: 'BLOB' } as const;

/**
 * Writes rows, in batches of value lists in the order of the fields, to a Parquet file. Values are what JavaScript has
 * for them: numbers, bigints, booleans, strings, bytes, iterables of these for repeated fields; null is missing.
 *
 * @returns how many rows were written.
 */
export async function writeParquet(
  file: string,
  fields: readonly ParquetField[],
  batches: AsyncIterable<readonly (readonly unknown[])[]>,
  options: OpenExamplesOptions,
): Promise<number> {
  refuseClashingNames(fields.map((field) => field.name));
  const { temporaryPath, threads = 1, memoryLimitMiB = 512 } = options;
  return await withDuckDb(
    { threads, memoryLimitMiB, temporaryPath, allowedPaths: [temporaryPath] },
    async (connection) => {
      const columns = fields.map((field, i) => `c${i} ${SQL_TYPES[field.kind]}${field.repeated ? '[]' : ''}`);
      await connection.run(`CREATE TEMP TABLE written (${columns.join(', ')})`);
      const appender = await connection.createAppender('written');
      let rows = 0;
      for await (const batch of batches) {
        for (const row of batch) {
          for (const [i, field] of fields.entries()) appendValue(appender, field, row[i]);
          appender.endRow();
          rows++;
        }
      }
      appender.closeSync();
      const select = fields.map((field, i) => `${textSql(field, `c${i}`)} AS ${sqlName(field.name)}`);
      await connection.run(
        `COPY (SELECT ${select.join(', ')} FROM written) TO ${sqlString(file)} (FORMAT parquet, COMPRESSION zstd)`,
      );
      return rows;
    },
  );
}

/** Text goes through BLOB, because the appender would cut it at a NUL character. */
function textSql(field: ParquetField, column: string): string {
  if (field.kind !== 'STRING' || field.binary) return column;
  return field.repeated ? `list_transform(${column}, lambda x: decode(x))` : `decode(${column})`;
}

function appendValue(appender: DuckDBAppender, field: ParquetField, value: unknown): void {
  if (value === null || value === undefined) return appender.appendNull();
  if (!field.repeated) return appender.appendValue(convert(field, value), TYPES[field.kind]);
  const items = Array.from(value as Iterable<unknown>, (item) =>
    item === null || item === undefined ? null : convert(field, item),
  );
  appender.appendList(items, LIST(TYPES[field.kind]));
}

function convert(field: ParquetField, value: unknown): DuckDBValue {
  if (field.kind === 'INT') return BigInt(value as number | bigint | boolean);
  if (field.kind === 'FLOAT') return Number(value);
  return blobValue(typeof value === 'string' ? Buffer.from(value) : (value as Uint8Array));
}
