import type { DuckDBBlobVector, DuckDBListVector, DuckDBVector } from '@duckdb/node-api';
import { PipelineError } from '../../errors/pipeline-error.js';
import type { ExamplesColumn, OpenedExamples, OpenExamplesOptions } from '../../formats/examples.js';
import { streamChunks } from '../../formats/examples.js';
import type { Batch } from './batch.js';
import { toBinary } from './bytes.js';
import type { Column, Scalar } from './columns.js';
import { Dictionary } from './columns.js';
import type { RawFeature } from './graph-spec.js';

/** Rows per batch: large enough that operations on strings run once per distinct value, small enough for the caches. */
const BATCH_ROWS = 65_536;

/**
 * Streams the raw features of Examples as batches of typed arrays, in row order.
 *
 * @throws TRANSFORM_COLUMN_MISSING, TRANSFORM_COLUMN_TYPE, TRANSFORM_INTEGER_RANGE, TRANSFORM_LIST_LENGTHS
 */
export async function* readBatches(
  examples: Pick<OpenedExamples, 'parquet' | 'columns' | 'rows'>,
  features: readonly RawFeature[],
  options: OpenExamplesOptions,
): AsyncGenerator<Batch> {
  const found = features.map((feature) => findColumn(examples.columns, feature));
  const columns = found.filter((column) => column !== undefined);
  if (columns.length === 0) {
    if (examples.rows > 0)
      yield finishBatch(
        features.map((feature) => new ColumnBuilder(feature)),
        examples.rows,
      );
    return;
  }
  let builders = features.map((feature) => new ColumnBuilder(feature));
  let rows = 0;
  for await (const chunk of streamChunks(examples.parquet, columns, options)) {
    let next = 0;
    builders.forEach((builder, index) => {
      if (found[index] !== undefined) builder.addVector(chunk.getColumnVector(next++), chunk.rowCount);
    });
    rows += chunk.rowCount;
    if (rows >= BATCH_ROWS) {
      yield finishBatch(builders, rows);
      builders = features.map((feature) => new ColumnBuilder(feature));
      rows = 0;
    }
  }
  if (rows > 0) yield finishBatch(builders, rows);
}

function finishBatch(builders: readonly ColumnBuilder[], rows: number): Batch {
  return { rows, columns: new Map(builders.map((builder) => [builder.feature.name, builder.finish(rows)])) };
}

/** The examples' column of a feature; undefined when it is optional and absent. */
function findColumn(columns: readonly ExamplesColumn[], feature: RawFeature): ExamplesColumn | undefined {
  const column = columns.find(({ name }) => name === feature.name);
  if (column === undefined) {
    if (!feature.required) return undefined;
    throw new PipelineError('TRANSFORM_COLUMN_MISSING', {
      what: `The examples have no column ${JSON.stringify(feature.name)}.`,
      details: { feature: feature.name },
    });
  }
  const fits =
    feature.dtype === 'string'
      ? column.kind === 'STRING'
      : column.kind === 'INT' || (column.kind === 'FLOAT' && feature.dtype === 'float32');
  if (fits) return feature.dtype === 'float32' ? { ...column, kind: 'FLOAT' } : column;
  throw new PipelineError('TRANSFORM_COLUMN_TYPE', {
    what: `Column ${JSON.stringify(feature.name)} is ${column.kind} in the examples and ${feature.dtype} in the schema.`,
    details: { feature: feature.name, found: column.kind, expected: feature.dtype },
  });
}

/** Gathers one feature's values of a batch. */
class ColumnBuilder {
  readonly feature: RawFeature;
  readonly #elements: (Scalar | null)[] = [];
  readonly #ends: number[] = [];
  readonly #dictionary = new Dictionary();

  constructor(feature: RawFeature) {
    this.feature = feature;
  }

  addVector(vector: DuckDBVector, rows: number): void {
    const list = isList(vector);
    for (let row = 0; row < rows; row++) {
      if (list) this.#addList(vector, row);
      else this.#elements.push(this.#scalar(vector, row));
      if (this.feature.shape === 'ragged') {
        if (!list && this.#elements.at(-1) === null) this.#elements.pop();
        this.#ends.push(this.#elements.length);
      }
    }
  }

  finish(rows: number): Column {
    const { dtype, shape } = this.feature;
    const elements = this.#elements;
    while (shape !== 'ragged' && elements.length < rows) elements.push(null);
    while (shape === 'ragged' && this.#ends.length < rows) this.#ends.push(elements.length);
    const structure = { width: 1, ...(shape === 'ragged' ? { offsets: Int32Array.of(0, ...this.#ends) } : {}) };
    const missing = elements.includes(null);
    const present = missing ? Uint8Array.from(elements, (element) => (element === null ? 0 : 1)) : undefined;
    if (dtype === 'string') {
      const codes = Int32Array.from(elements, (element) => (element ?? -1) as number);
      return { kind: 'string', codes, dictionary: this.#dictionary.values, present, ...structure };
    }
    const numbers = elements as (number | null)[];
    const values = dtype === 'float32' ? new Float32Array(numbers.length) : new Float64Array(numbers.length);
    numbers.forEach((value, index) => (values[index] = value ?? 0));
    return { kind: 'number', values, present, ...structure };
  }

  #addList(vector: DuckDBListVector, row: number): void {
    const items = vector.getItemVector(row);
    const before = this.#elements.length;
    for (let index = 0; items !== null && index < items.itemCount; index++) {
      const value = this.#scalar(items, index);
      if (value !== null) this.#elements.push(value);
    }
    if (this.feature.shape === 'ragged') return;
    const count = this.#elements.length - before;
    if (count === 0) this.#elements.push(null);
    if (count > 1) {
      throw new PipelineError('TRANSFORM_LIST_LENGTHS', {
        what: `Feature ${JSON.stringify(this.feature.name)} holds ${count} values in one row; the schema allows one.`,
        details: { feature: this.feature.name, count },
      });
    }
  }

  /** An element: strings become codes of the batch's dictionary. */
  #scalar(vector: DuckDBVector, index: number): Scalar | null {
    if (this.feature.dtype === 'string') {
      const text = stringAt(vector, index);
      return text === null ? null : this.#dictionary.code(text);
    }
    const value = vector.getItem(index) as number | bigint | null;
    if (typeof value !== 'bigint') return value;
    const number = Number(value);
    if (Number.isSafeInteger(number)) return number;
    throw new PipelineError('TRANSFORM_INTEGER_RANGE', {
      what: `Feature ${JSON.stringify(this.feature.name)} holds ${value}.`,
      details: { feature: this.feature.name, value: String(value) },
    });
  }
}

function isList(vector: DuckDBVector): vector is DuckDBListVector {
  return 'getItemVector' in vector;
}

function stringAt(vector: DuckDBVector, index: number): string | null {
  if ('getItemBytes' in vector) {
    const bytes = (vector as DuckDBBlobVector).getItemBytes(index);
    return bytes === null ? null : toBinary(bytes);
  }
  const text = vector.getItem(index) as string | null;
  return text === null ? null : toBinary(text);
}
