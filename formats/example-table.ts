import {
  BIGINT,
  BLOB,
  DuckDBDataChunk,
  FLOAT,
  LIST,
  blobValue,
  listValue,
  type DuckDBAppender,
  type DuckDBConnection,
  type DuckDBValue,
  type DuckDBVector,
} from '@duckdb/node-api';
import { sqlName, sqlString } from './duckdb.js';
import type { ExampleBatch, ExampleColumn } from './example-columns.js';
import { refuseClashingNames } from './feature-names.js';
import type { FeatureType } from './tf-example.js';
import { writeBytes, writeNumbers } from './vector-memory.js';

const CHUNK_ROWS = 2048;
const TYPES = { int64: BIGINT, float: FLOAT, bytes: BLOB } as const;
const SQL_TYPES: Readonly<Record<FeatureType, string>> = { int64: 'BIGINT', float: 'FLOAT', bytes: 'BLOB' };

interface TableColumn {
  readonly name: string;
  readonly type: FeatureType;
  /** Some record has several values. */
  repeated: boolean;
  /** From the part on in which this is set, the column is stored as lists. */
  asList: boolean;
}

interface Part {
  readonly table: string;
  readonly appender: DuckDBAppender;
  /** Whether each column is stored as lists; columns that came later are not in this part. */
  readonly lists: readonly boolean[];
}

/**
 * Batches of tf.Examples as DuckDB tables. Columns may appear, and turn out to be lists, as the data go on: each such
 * change begins a new table, and at the end all of them are read as one.
 */
export class ExampleTable {
  readonly #connection: DuckDBConnection;
  readonly #columns: TableColumn[] = [];
  readonly #indexes = new Map<string, number>();
  readonly #parts: Part[] = [];

  constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  /** @param source - the bytes that the batch's texts lie in. */
  async append(batch: ExampleBatch, source: Buffer): Promise<void> {
    if (batch.rows === 0) return;
    const columns = batch.columns.map((column) => this.#note(column, batch.rows));
    const part = await this.#part();
    const byIndex: (ExampleColumn | undefined)[] = Array.from({ length: part.lists.length });
    for (const [i, index] of columns.entries()) byIndex[index] = batch.columns[i];
    const types = [
      BIGINT,
      ...this.#columns.map((column) => (column.asList ? LIST(TYPES[column.type]) : TYPES[column.type])),
    ];
    for (let start = 0; start < batch.rows; start += CHUNK_ROWS) {
      const rows = Math.min(CHUNK_ROWS, batch.rows - start);
      const chunk = DuckDBDataChunk.create(types, rows);
      writeNumbers(chunk.getColumnVector(0), rows, new BigInt64Array(1), () => 0);
      for (const [i, column] of byIndex.entries()) {
        const vector = chunk.getColumnVector(i + 1);
        if (part.lists[i] === true) fillLists(vector, column, start, rows, source);
        else fillPlain(vector, column, start, rows, source);
      }
      part.appender.appendDataChunk(chunk);
    }
  }

  /** Writes all rows in order: columns without several values in any record plain, the others as lists. */
  async copyTo(file: string): Promise<void> {
    refuseClashingNames(this.#columns.map((column) => column.name));
    for (const part of this.#parts) part.appender.closeSync();
    const parts = this.#parts.map(({ table, lists }) => {
      const list = this.#columns.map((column, i) => `${partSql(column, lists[i], `c${i}`)} AS c${i}`);
      return `SELECT ${['row_marker', ...list].join(', ')} FROM ${table}`;
    });
    await this.#connection.run(
      `CREATE TEMP VIEW parts AS ${parts.length === 0 ? 'SELECT 0 AS row_marker LIMIT 0' : parts.join(' UNION ALL ')}`,
    );
    const select: string[] = [];
    for (const [i, column] of this.#columns.entries()) select.push(await this.#finalSql(column, `c${i}`));
    await this.#connection.run(
      `COPY (SELECT ${select.join(', ') || 'row_marker'} FROM parts) TO ${sqlString(file)} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)`,
    );
  }

  async #finalSql(column: TableColumn, source: string): Promise<string> {
    const isText = column.type === 'bytes' && (await this.#isUtf8(column, source));
    const decoded = column.repeated ? `list_transform(${source}, lambda x: decode(x))` : `decode(${source})`;
    return `${isText ? decoded : source} AS ${sqlName(column.name)}`;
  }

  async #isUtf8(column: TableColumn, source: string): Promise<boolean> {
    try {
      const value = column.repeated ? `unnest(${source})` : source;
      await this.#connection.run(`SELECT max(strlen(decode(v))) FROM (SELECT ${value} AS v FROM parts)`);
      return true;
    } catch (error) {
      if (error instanceof Error && /decode|utf|blob/i.test(error.message)) return false;
      throw error;
    }
  }

  /** Takes note of a batch's column, and returns its place. */
  #note(column: ExampleColumn, rows: number): number {
    let index = this.#indexes.get(column.name);
    if (index === undefined) {
      index = this.#columns.length;
      this.#indexes.set(column.name, index);
      this.#columns.push({ name: column.name, type: column.type, repeated: false, asList: false });
    }
    const noted = this.#columns[index]!;
    for (let row = 0; row < rows && !(noted.repeated && noted.asList); row++) {
      const count = column.offsets[row + 1]! - column.offsets[row]!;
      if (count > 1) noted.repeated = true;
      // A present feature without values is an empty list, not a missing one, should the column be repeated.
      if (count > 1 || (count === 0 && column.present[row] === 1)) noted.asList = true;
    }
    return index;
  }

  /** The table that the columns, as they are by now, fit into. */
  async #part(): Promise<Part> {
    const last = this.#parts.at(-1);
    const isFitting =
      last?.lists.length === this.#columns.length && last.lists.every((list, i) => list === this.#columns[i]!.asList);
    if (last !== undefined && isFitting) return last;
    last?.appender.flushSync();
    const table = `part_${this.#parts.length}`;
    const columns = this.#columns.map((column, i) => `c${i} ${SQL_TYPES[column.type]}${column.asList ? '[]' : ''}`);
    await this.#connection.run(`CREATE TEMP TABLE ${table} (${['row_marker BIGINT', ...columns].join(', ')})`);
    const appender = await this.#connection.createAppender(table);
    const part = { table, appender, lists: this.#columns.map((column) => column.asList) };
    this.#parts.push(part);
    return part;
  }
}

/** A part's column in the shape that the column has in the end. */
function partSql(column: TableColumn, isList: boolean | undefined, source: string): string {
  const type = SQL_TYPES[column.type];
  if (isList === undefined) return `NULL::${type}${column.repeated ? '[]' : ''}`;
  if (isList) return column.repeated ? source : `${source}[1]`;
  return column.repeated ? `CASE WHEN ${source} IS NULL THEN NULL ELSE [${source}] END` : source;
}

function fillPlain(
  vector: DuckDBVector,
  column: ExampleColumn | undefined,
  start: number,
  rows: number,
  source: Buffer,
): void {
  const indexAt = (row: number): number => {
    if (column === undefined) return -1;
    const at = column.offsets[start + row]!;
    return column.offsets[start + row + 1]! > at ? at : -1;
  };
  if (column === undefined) {
    for (let row = 0; row < rows; row++) vector.setItem(row, null);
    vector.flush();
  } else if (column.type === 'bytes') {
    writeBytes(vector, rows, (row) => {
      const at = indexAt(row);
      return at < 0 ? undefined : source.subarray(column.starts[at], column.ends[at]);
    });
  } else writeNumbers(vector, rows, column.numbers, indexAt);
}

function fillLists(
  vector: DuckDBVector,
  column: ExampleColumn | undefined,
  start: number,
  rows: number,
  source: Buffer,
): void {
  for (let row = 0; row < rows; row++) {
    const isPresent = column?.present[start + row] === 1;
    vector.setItem(row, isPresent ? listValue(valuesOf(column, start + row, source)) : null);
  }
  vector.flush();
}

function valuesOf(column: ExampleColumn, row: number, source: Buffer): DuckDBValue[] {
  const from = column.offsets[row]!;
  const to = column.offsets[row + 1]!;
  const valueAt = (k: number): DuckDBValue =>
    column.type === 'bytes' ? blobValue(source.subarray(column.starts[k], column.ends[k])) : column.numbers[k]!;
  return Array.from({ length: to - from }, (_, i) => valueAt(from + i));
}
