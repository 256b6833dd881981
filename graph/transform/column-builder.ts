import type { DuckDBBlobVector, DuckDBListVector, DuckDBVector } from '@duckdb/node-api';
import { PipelineError } from '../../errors/pipeline-error.js';
import { toBinary } from './bytes.js';
import type { Column } from './columns.js';
import { Dictionary } from './columns.js';
import type { RawFeature } from './graph-spec.js';

/** A growing typed array of elements: numbers, or codes of the dictionary. */
type Elements = Float32Array | Float64Array | Int32Array;

const INITIAL = 4096;

/** Gathers one feature's values of a batch from DuckDB's vectors. */
export class ColumnBuilder {
  readonly feature: RawFeature;
  readonly #dictionary = new Dictionary();
  #elements: Elements;
  #present = new Uint8Array(INITIAL);
  #length = 0;
  #missing = 0;
  readonly #ends: number[] = [];

  constructor(feature: RawFeature) {
    this.feature = feature;
    const { dtype } = feature;
    this.#elements =
      dtype === 'string'
        ? new Int32Array(INITIAL)
        : dtype === 'float32'
          ? new Float32Array(INITIAL)
          : new Float64Array(INITIAL);
  }

  addVector(vector: DuckDBVector, rows: number): void {
    if (isList(vector)) for (let row = 0; row < rows; row++) this.#addList(vector, row);
    else this.#addScalars(vector, rows);
  }

  /** The column; rows that no vector brought are missing. */
  finish(rows: number): Column {
    const { dtype, shape } = this.feature;
    while (shape !== 'ragged' && this.#length < rows) this.#push(null);
    while (shape === 'ragged' && this.#ends.length < rows) this.#ends.push(this.#length);
    const elements = this.#elements.slice(0, this.#length);
    const structure = {
      width: 1,
      present: this.#missing > 0 ? this.#present.slice(0, this.#length) : undefined,
      offsets: shape === 'ragged' ? Int32Array.from([0, ...this.#ends]) : undefined,
    };
    if (dtype === 'string') {
      return { kind: 'string', codes: elements as Int32Array, dictionary: this.#dictionary.values, ...structure };
    }
    return { kind: 'number', values: elements as Float32Array | Float64Array, ...structure };
  }

  #addScalars(vector: DuckDBVector, rows: number): void {
    const ragged = this.feature.shape === 'ragged';
    for (let row = 0; row < rows; row++) {
      const value = this.#elementAt(vector, row);
      if (!ragged || value !== null) this.#push(value);
      if (ragged) this.#ends.push(this.#length);
    }
  }

  #addList(vector: DuckDBListVector, row: number): void {
    const items = vector.getItemVector(row);
    const before = this.#length;
    for (let index = 0; items !== null && index < items.itemCount; index++) {
      const value = this.#elementAt(items, index);
      if (value !== null) this.#push(value);
    }
    if (this.feature.shape === 'ragged') {
      this.#ends.push(this.#length);
      return;
    }
    const count = this.#length - before;
    if (count === 0) this.#push(null);
    if (count > 1) {
      throw new PipelineError('TRANSFORM_LIST_LENGTHS', {
        what: `Feature ${JSON.stringify(this.feature.name)} holds ${count} values in one row; the schema allows one.`,
        details: { feature: this.feature.name, count },
      });
    }
  }

  #push(value: number | null): void {
    if (this.#length === this.#elements.length) this.#grow();
    if (value === null) {
      this.#missing++;
      this.#elements[this.#length++] = this.feature.dtype === 'string' ? -1 : 0;
    } else {
      this.#present[this.#length] = 1;
      this.#elements[this.#length++] = value;
    }
  }

  #grow(): void {
    const larger = this.#length * 4;
    const elements =
      this.#elements instanceof Int32Array
        ? new Int32Array(larger)
        : this.#elements instanceof Float32Array
          ? new Float32Array(larger)
          : new Float64Array(larger);
    elements.set(this.#elements);
    this.#elements = elements;
    const present = new Uint8Array(larger);
    present.set(this.#present);
    this.#present = present;
  }

  /** An element as a number: strings become codes of the batch's dictionary. */
  #elementAt(vector: DuckDBVector, index: number): number | null {
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
