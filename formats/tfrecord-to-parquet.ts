import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { BIGINT, BLOB, FLOAT, LIST, blobValue, type DuckDBConnection, type DuckDBValue } from '@duckdb/node-api';
import { PipelineError, isPipelineError } from '../errors/pipeline-error.js';
import { sqlName, sqlString, withDuckDb } from './duckdb.js';
import { refuseClashingNames } from './feature-names.js';
import { decodeExample, type DecodedFeature, type FeatureType } from './tf-example.js';
import { readTfRecordBlocks } from './tfrecord.js';

interface Options {
  readonly temporaryPath: string;
  readonly threads?: number;
  readonly memoryLimitMiB?: number;
}

/**
 * Converts TFRecord files of tf.Examples into one temporary Parquet file, rows in file order: a feature that never
 * holds more than one value in a record becomes a plain column, others a list. A Feature without values is null.
 *
 * @returns the file's path under `temporaryPath`.
 * @throws FEATURE_TYPES_CLASH, EXAMPLE_CORRUPT and what reading TFRecords throws.
 */
export async function convertTfRecordsToParquet(files: readonly string[], options: Options): Promise<string> {
  const target = path.join(options.temporaryPath, `examples-${randomUUID()}.parquet`);
  await withDuckDb(
    {
      threads: options.threads ?? 1,
      memoryLimitMiB: options.memoryLimitMiB ?? 512,
      temporaryPath: options.temporaryPath,
      allowedPaths: [],
    },
    async (connection) => {
      const table = new GrowingTable(connection);
      for (const file of files) await appendFile(file, table);
      await table.copyTo(target);
    },
  );
  return target;
}

async function appendFile(file: string, table: GrowingTable): Promise<void> {
  for await (const block of readTfRecordBlocks(file)) {
    for (let i = 0; i < block.count; i++) {
      try {
        table.add(decodeExample(block.bytes.subarray(block.starts[i], block.ends[i])));
      } catch (cause) {
        throw inRecord(cause, file, block.firstRecord + i);
      }
    }
    await table.flush();
  }
}

function inRecord(cause: unknown, file: string, record: number): unknown {
  if (!isPipelineError(cause)) return cause;
  return new PipelineError(cause.code, {
    what: `${file}, record ${record}: ${cause.what}`,
    details: { ...cause.details, file, record },
    cause,
  });
}

interface GrowingColumn {
  readonly name: string;
  type: FeatureType | undefined;
  repeated: boolean;
  values: (DecodedFeature['values'] | null)[];
}

const SQL_TYPES: Readonly<Record<FeatureType, string>> = { int64: 'BIGINT', float: 'FLOAT', bytes: 'BLOB' };

const VALUE_TYPES = { int64: BIGINT, float: FLOAT, bytes: BLOB } as const;

/** A DuckDB table whose columns appear, and become lists, as records show them. */
class GrowingTable {
  readonly #connection: DuckDBConnection;
  readonly #columns = new Map<string, GrowingColumn>();
  #parts = 0;
  #rows = 0;

  constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  add(features: Readonly<Record<string, DecodedFeature>>): void {
    for (const [name, feature] of Object.entries(features)) {
      const column = this.#column(name);
      if (feature.type !== undefined) {
        column.type ??= feature.type;
        if (column.type !== feature.type) throw typesClash(name, column.type, feature.type);
      }
      if (feature.values.length > 1) column.repeated = true;
      while (column.values.length < this.#rows) column.values.push(null);
      column.values.push(feature.type === undefined ? null : feature.values);
    }
    this.#rows++;
  }

  /** Each block becomes a table of its own, all columns lists, so that later blocks may bring new columns. */
  async flush(): Promise<void> {
    if (this.#rows === 0) return;
    const columns = [...this.#columns.values()].filter((column) => column.type !== undefined);
    const list = columns.map((column, i) => `c${i} ${SQL_TYPES[column.type!]}[]`);
    const table = `part${this.#parts++}`;
    await this.#connection.run(`CREATE TEMP TABLE ${table} (${['present BOOLEAN', ...list].join(', ')})`);
    const appender = await this.#connection.createAppender(table);
    for (let row = 0; row < this.#rows; row++) {
      appender.appendBoolean(true);
      for (const column of columns) {
        const values = column.values[row] ?? null;
        if (values === null) appender.appendNull();
        else
          appender.appendList(
            values.map((v): DuckDBValue => (v instanceof Uint8Array ? blobValue(v) : v)),
            LIST(VALUE_TYPES[column.type!]),
          );
      }
      appender.endRow();
    }
    appender.closeSync();
    for (const column of this.#columns.values()) column.values = [];
    this.#rows = 0;
  }

  async copyTo(file: string): Promise<void> {
    refuseClashingNames(this.#columns.keys());
    const columns = [...this.#columns.values()].filter((column) => column.type !== undefined);
    const source = Array.from({ length: this.#parts }, (_, part) => `SELECT * FROM part${part}`);
    await this.#connection.run(
      `CREATE TEMP VIEW parts AS ${source.length === 0 ? 'SELECT true AS present LIMIT 0' : source.join(' UNION ALL BY NAME ')}`,
    );
    const list: string[] = [];
    for (const [i, column] of columns.entries()) list.push(await this.#expression(column, `c${i}`));
    const select = list.length === 0 ? 'present' : list.join(', ');
    await this.#connection.run(
      `COPY (SELECT ${select} FROM parts) TO ${sqlString(file)} (FORMAT parquet, COMPRESSION zstd)`,
    );
  }

  async #expression(column: GrowingColumn, source: string): Promise<string> {
    const isText = column.type === 'bytes' && (await this.#isUtf8(source));
    if (!column.repeated) {
      const first = `${source}[1]`;
      return `${isText ? `decode(${first})` : first} AS ${sqlName(column.name)}`;
    }
    return `${isText ? `list_transform(${source}, lambda x: decode(x))` : source} AS ${sqlName(column.name)}`;
  }

  async #isUtf8(source: string): Promise<boolean> {
    try {
      await this.#connection.run(`SELECT max(strlen(decode(v))) FROM (SELECT unnest(${source}) AS v FROM parts)`);
      return true;
    } catch {
      return false;
    }
  }

  #column(name: string): GrowingColumn {
    let column = this.#columns.get(name);
    if (column === undefined) {
      column = { name, type: undefined, repeated: false, values: [] };
      this.#columns.set(name, column);
    }
    return column;
  }
}

function typesClash(name: string, before: FeatureType, now: FeatureType): PipelineError {
  return new PipelineError('FEATURE_TYPES_CLASH', {
    what: `Feature ${JSON.stringify(name)} holds ${now} values here, and ${before} values before.`,
    details: { feature: name, before, now },
  });
}
