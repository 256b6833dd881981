import duckdb from '@duckdb/node-bindings';
import {
  BIGINT,
  BLOB,
  DuckDBDataChunk,
  FLOAT,
  LIST,
  type DuckDBAppender,
  type DuckDBConnection,
} from '@duckdb/node-api';
import { sqlName } from './duckdb.js';
import type { ExampleBatch, ExampleColumn } from './example-columns.js';
import { refuseClashingNames } from './feature-names.js';
import { TextArena } from './text-arena.js';
import type { FeatureType } from './tf-example.js';
import { writeLists, writeMissing, writePlain } from './vector-writer.js';

const CHUNK_ROWS = 2048;
const TYPES = { int64: BIGINT, float: FLOAT, bytes: BLOB } as const;
const SQL_TYPES: Readonly<Record<FeatureType, string>> = { int64: 'BIGINT', float: 'FLOAT', bytes: 'BLOB' };

/**
 * What becomes of features without values. `missing`: an empty list in a column of single values is null, and a feature
 * that never has a kind is no column. `kept`, as TensorFlow Data Validation counts: the list is an empty list, and the
 * feature is a column of nulls.
 */
export type EmptyFeatures = 'missing' | 'kept';

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
  /** What is appended, used again and again. */
  readonly chunk: DuckDBDataChunk;
  /** Whether each column is stored as lists; columns that came later are not in this part. */
  readonly lists: readonly boolean[];
}

/**
 * Batches of tf.Examples as DuckDB tables. Columns may appear, and turn out to be lists, as the data go on: each such
 * change begins a new table, and at the end all of them are read as one.
 */
export class ExampleTable {
  readonly #connection: DuckDBConnection;
  readonly #name: string;
  readonly #emptyFeatures: EmptyFeatures;
  #withoutKind: readonly string[] = [];
  readonly #columns: TableColumn[] = [];
  readonly #indexes = new Map<string, number>();
  readonly #parts: Part[] = [];
  readonly #arena = new TextArena();

  /** @param name - the tables' names begin with it. */
  constructor(connection: DuckDBConnection, name: string, emptyFeatures: EmptyFeatures = 'missing') {
    this.#connection = connection;
    this.#name = name;
    this.#emptyFeatures = emptyFeatures;
  }

  /** @param source - the bytes that the batch's texts lie in. */
  async append(batch: ExampleBatch, source: Uint8Array): Promise<void> {
    if (batch.rows === 0) return;
    this.#withoutKind = batch.withoutKind;
    const indexes = batch.columns.map((column) => this.#note(column, batch.rows));
    const part = await this.#part();
    const columns: (ExampleColumn | undefined)[] = Array.from({ length: part.lists.length });
    for (const [i, index] of indexes.entries()) columns[index] = batch.columns[i];
    this.#arena.hold(source);
    for (let start = 0; start < batch.rows; start += CHUNK_ROWS) {
      const rows = Math.min(CHUNK_ROWS, batch.rows - start);
      part.chunk.reset();
      part.chunk.rowCount = rows;
      for (const [i, column] of columns.entries()) {
        // The first vector is the row marker, which stays as it is: a table needs a column where records have none.
        const vector = duckdb.data_chunk_get_vector(part.chunk.chunk, i + 1);
        if (column === undefined) writeMissing(vector, rows);
        else if (part.lists[i] === true) writeLists(vector, column, start, rows, this.#arena);
        else writePlain(vector, column, start, rows, this.#arena);
      }
      part.appender.appendDataChunk(part.chunk);
    }
  }

  /**
   * All rows in order as a query: columns without several values in any record plain, the others as lists; text where
   * all of a column's bytes are UTF-8. Nothing can be appended any more.
   */
  async select(): Promise<string> {
    refuseClashingNames([...this.#columns.map((column) => column.name), ...this.#withoutKind]);
    for (const part of this.#parts) part.appender.closeSync();
    const parts = this.#parts.map(({ table, lists }) => {
      const list = this.#columns.map((column, i) => `${partSql(column, lists[i], `c${i}`)} AS c${i}`);
      return `SELECT ${['row_marker', ...list].join(', ')} FROM ${table}`;
    });
    const all = `${this.#name}_parts`;
    await this.#connection.run(
      `CREATE OR REPLACE TEMP VIEW ${all} AS ${parts.length === 0 ? 'SELECT 0 AS row_marker LIMIT 0' : parts.join(' UNION ALL ')}`,
    );
    const texts = await this.#textColumns(all);
    const list = this.#columns.map((column, i) => {
      const value = texts.has(column) ? decodeSql(column, `c${i}`) : `c${i}`;
      return `${value} AS ${sqlName(column.name)}`;
    });
    if (this.#emptyFeatures === 'kept') list.push(...this.#withoutKind.map((name) => `NULL AS ${sqlName(name)}`));
    return `SELECT ${list.join(', ') || 'row_marker'} FROM ${all}`;
  }

  /** Gives the rows' memory back. */
  async drop(): Promise<void> {
    await this.#connection.run(`DROP VIEW IF EXISTS ${this.#name}_parts`);
    for (const { table } of this.#parts) await this.#connection.run(`DROP TABLE ${table}`);
  }

  /** The bytes columns that are UTF-8 throughout: nearly always all of them, so they are first tried together. */
  async #textColumns(from: string): Promise<Set<TableColumn>> {
    const columns = this.#columns
      .map((column, i) => ({ column, cell: `c${i}` }))
      .filter(({ column }) => column.type === 'bytes');
    if (await this.#areUtf8(from, columns)) return new Set(columns.map(({ column }) => column));
    const texts = new Set<TableColumn>();
    for (const one of columns) if (await this.#areUtf8(from, [one])) texts.add(one.column);
    return texts;
  }

  async #areUtf8(from: string, columns: readonly { column: TableColumn; cell: string }[]): Promise<boolean> {
    if (columns.length === 0) return true;
    const decoded = columns.map(({ column, cell }) => decodeSql(column, cell));
    try {
      await this.#connection.run(`SELECT ${decoded.map((text) => `max(length(${text}))`).join(', ')} FROM ${from}`);
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
      if (count > 1 || (count === 0 && column.present[row] === 1 && this.#emptyFeatures === 'kept'))
        noted.repeated = true;
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
    const table = `${this.#name}_part_${this.#parts.length}`;
    const columns = this.#columns.map((column, i) => `c${i} ${SQL_TYPES[column.type]}${column.asList ? '[]' : ''}`);
    await this.#connection.run(`CREATE TEMP TABLE ${table} (${['row_marker BIGINT', ...columns].join(', ')})`);
    const appender = await this.#connection.createAppender(table);
    const types = this.#columns.map(({ type, asList }) => (asList ? LIST(TYPES[type]) : TYPES[type]));
    const chunk = DuckDBDataChunk.create([BIGINT, ...types]);
    const part = { table, appender, chunk, lists: this.#columns.map((column) => column.asList) };
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

function decodeSql(column: TableColumn, source: string): string {
  return column.repeated ? `list_transform(${source}, lambda x: decode(x))` : `decode(${source})`;
}
