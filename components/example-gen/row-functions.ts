import { createHash } from 'node:crypto';
import {
  BIGINT,
  BLOB,
  DuckDBScalarFunction,
  FLOAT,
  LIST,
  UBIGINT,
  VARCHAR,
  type DuckDBConnection,
  type DuckDBDataChunk,
  type DuckDBType,
} from '@duckdb/node-api';
import { PipelineError, isPipelineError } from '../../errors/pipeline-error.js';
import { ExampleEncoder } from '../../formats/example-encoder.js';
import { columnValues } from '../../formats/column-values.js';
import type { ExamplesColumn, RowValue } from '../../formats/examples.js';
import { exampleTypes } from '../../formats/example-types.js';
import { encodeFeature } from '../../formats/tf-example.js';
import { unsignedItems, vectorMemory } from '../../formats/vector-memory.js';
import { finishLanes, mixColumn, startLanes } from './row-hash.js';

/** A column of a loaded table: `c<index>`. */
export interface TableColumn extends ExamplesColumn {
  readonly index: number;
  /** No row has a value, so the input does not say of which type it is. */
  readonly isBlank: boolean;
}

let registered = 0;

/** A SQL call that gives the row hash of typed columns (see `row-hash.ts`). */
export function typedRowHash(connection: DuckDBConnection, columns: readonly TableColumn[]): string {
  return register(connection, columns, (chunk, out) => {
    const lanes = startLanes(chunk.rowCount);
    for (let i = 0; i < columns.length; i++) {
      const memory = vectorMemory(chunk.getColumnVector(i));
      if (memory === undefined) throw new Error(`column ${i} has a type that is not hashed`);
      mixColumn(lanes, memory, chunk.rowCount);
    }
    finishLanes(lanes, chunk.rowCount, out);
  });
}

/** A SQL call that gives TFX's hash bucket of a row: sha256 of the deterministic tf.Example mod the buckets. */
export function tfxRowBucket(connection: DuckDBConnection, columns: readonly TableColumn[], buckets: number): string {
  const encoder = new ExampleEncoder(columns, true);
  return register(connection, columns, (chunk, out) => {
    let row = 0;
    for (const { bytes, starts, ends, count } of encoder.encode(chunk)) {
      for (let i = 0; i < count; i++, row++) {
        out[row * 2] = sha256Bucket(bytes.subarray(starts[i], ends[i]), buckets);
        out[row * 2 + 1] = 0;
      }
    }
  });
}

/** TFX's bucket of a row by one feature: sha256 of the serialized Feature message mod the buckets. */
export function tfxFeatureBucket(connection: DuckDBConnection, column: TableColumn, buckets: number): string {
  const type = exampleTypes([column])[column.name];
  return register(connection, [column], (chunk, out) => {
    const values = columnValues(chunk, 0, column) as Exclude<RowValue, null>[];
    for (let row = 0; row < chunk.rowCount; row++) {
      out[row * 2] = sha256Bucket(encodeFeature(column.name, values[row]!, type), buckets);
      out[row * 2 + 1] = 0;
    }
  });
}

/** `int(sha256(key).hex, 16) mod buckets`, by long division of the digest's words. */
export function sha256Bucket(key: Uint8Array, buckets: number): number {
  const digest = createHash('sha256').update(key).digest();
  let rest = 0;
  for (let i = 0; i < digest.length; i += 2) rest = (rest * 65536 + digest.readUInt16BE(i)) % buckets;
  return rest;
}

function register(
  connection: DuckDBConnection,
  columns: readonly TableColumn[],
  compute: (chunk: DuckDBDataChunk, out: Uint32Array) => void,
): string {
  const name = `row_function_${registered++}`;
  connection.registerScalarFunction(
    DuckDBScalarFunction.create({
      name,
      returnType: UBIGINT,
      parameterTypes: columns.map(duckDbType),
      specialHandling: true,
      volatile: true,
      mainFunction: (info, chunk, output) => {
        try {
          compute(chunk, unsignedItems(output));
          output.flush();
        } catch (error) {
          if (isPipelineError(error)) info.setError(error.what);
          else throw error;
        }
      },
    }),
  );
  return `${name}(${columns.map(({ index }) => `c${index}`).join(', ')})`;
}

function duckDbType(column: ExamplesColumn): DuckDBType {
  const scalar = { INT: BIGINT, FLOAT, STRING: column.binary ? BLOB : VARCHAR }[column.kind];
  let type: DuckDBType = scalar;
  for (let depth = column.depth ?? (column.repeated ? 1 : 0); depth > 0; depth--) type = LIST(type);
  return type;
}

/** The column of a name. */
export function columnNamed(columns: readonly TableColumn[], name: string, parameter: string): TableColumn {
  const found = columns.find((column) => column.name === name);
  if (found !== undefined) return found;
  const names = columns.slice(0, 20).map((column) => column.name);
  throw new PipelineError('SPLIT_FEATURE_UNKNOWN', {
    what: `${parameter} names ${JSON.stringify(name)}; the columns are ${names.join(', ')}${columns.length > 20 ? ', …' : ''}.`,
    details: { feature: name, parameter },
  });
}
