import type { AttrValue, DType } from '../../formats/protobuf/tensorflow.js';
import { attr } from '../tensorflow/attributes.js';
import type { GraphBuilder, TensorName } from '../tensorflow/graph-builder.js';
import type { BinaryString } from './bytes.js';
import { binaryToBytes } from './bytes.js';
import type { Attributes, NodeType } from './graph-spec.js';
import { rowOfElements, rowSplits } from './sparse-tensors.js';

/** A node's value in a TensorFlow graph. */
export interface EmittedValue {
  /** `[batch]` for scalars, `[batch, n]` for vectors, `[]` for constants, the flat values of all rows for lists. */
  readonly tensor: TensorName;
  /** bool `[batch]`; undefined where every row has the value. */
  readonly present?: TensorName | undefined;
  /** int64 `[batch + 1]`: where each row's elements begin and end, for lists. */
  readonly rowSplits?: TensorName | undefined;
}

export interface EmissionFacts {
  readonly inputs: readonly EmittedValue[];
  readonly inputTypes: readonly NodeType[];
  readonly type: NodeType;
  readonly attributes: Attributes;
  readonly fitted: unknown;
  /** The vocabulary's file name in `assets/`, for operations that have one. */
  readonly asset: string | undefined;
}

/** What an operation writes its TensorFlow form with. */
export class Emission {
  readonly type: NodeType;
  readonly inputTypes: readonly NodeType[];
  readonly attributes: Attributes;
  readonly fitted: unknown;
  readonly asset: string | undefined;
  readonly #builder: GraphBuilder;
  readonly #inputs: readonly EmittedValue[];

  constructor(builder: GraphBuilder, facts: EmissionFacts) {
    this.#builder = builder;
    this.#inputs = facts.inputs;
    this.inputTypes = facts.inputTypes;
    this.type = facts.type;
    this.attributes = facts.attributes;
    this.fitted = facts.fitted;
    this.asset = facts.asset;
  }

  value(index: number): EmittedValue {
    const value = this.#inputs[index];
    if (value === undefined) throw new TypeError(`The operation has no input ${index}.`);
    return value;
  }

  get values(): readonly EmittedValue[] {
    return this.#inputs;
  }

  tensor(index: number): TensorName {
    return this.value(index).tensor;
  }

  op(name: string, inputs: readonly TensorName[], attributes: Readonly<Record<string, AttrValue>> = {}): TensorName {
    return this.#builder.op(name, inputs, attributes);
  }

  output(node: TensorName, index: number): TensorName {
    return index === 0 ? node : `${node}:${index}`;
  }

  cast(tensor: TensorName, to: DType): TensorName {
    return this.#builder.cast(tensor, to);
  }

  toInt64(tensor: TensorName): TensorName {
    return this.#builder.cast(tensor, 'int64');
  }

  float(value: number): TensorName {
    return this.#builder.scalar('float32', value);
  }

  floats(values: readonly number[]): TensorName {
    return this.#builder.const('float32', [values.length], values);
  }

  matrix(rows: readonly (readonly number[])[], width: number): TensorName {
    return this.#builder.const('float32', [rows.length, width], rows.flat());
  }

  int32(value: number): TensorName {
    return this.#builder.scalar('int32', value);
  }

  int32s(values: readonly number[]): TensorName {
    return this.#builder.const('int32', [values.length], values);
  }

  int64(value: number): TensorName {
    return this.#builder.scalar('int64', value);
  }

  int64s(values: readonly number[]): TensorName {
    return this.#builder.const('int64', [values.length], values);
  }

  bool(value: boolean): TensorName {
    return this.#builder.scalar('bool', value);
  }

  string(value: BinaryString): TensorName {
    return this.#builder.scalar('string', binaryToBytes(value));
  }

  /** The row of each element of a list: int64 `[elements]`. */
  rowIds(index: number): TensorName {
    const { rowSplits } = this.value(index);
    if (rowSplits === undefined) throw new TypeError(`Input ${index} is no list.`);
    const count = this.op('Squeeze', [this.op('Shape', [this.tensor(index)], { out_type: attr.type('int64') })]);
    const positions = this.op('Range', [this.int64(0), count, this.int64(1)]);
    return rowOfElements(this.#builder, rowSplits, positions);
  }

  /** The number of elements of each row's list: int64 `[batch]`. */
  rowLengths(index: number): TensorName {
    const { rowSplits } = this.value(index);
    if (rowSplits === undefined) throw new TypeError(`Input ${index} is no list.`);
    const [one, minusOne, zero] = [this.int32s([1]), this.int32s([-1]), this.int32s([0])];
    const ends = this.op('StridedSlice', [rowSplits, one, zero, one], { end_mask: attr.int(1) });
    const begins = this.op('StridedSlice', [rowSplits, zero, minusOne, one], { begin_mask: attr.int(1) });
    return this.op('Sub', [ends, begins]);
  }

  /** Row splits from sparse indices `[n, 2]` and the number of rows `[1]`. */
  rowSplits(indices: TensorName, batch: TensorName): TensorName {
    const rows = this.op('GatherV2', [indices, this.int32(0), this.int32(1)]);
    return rowSplits(this.#builder, rows, batch);
  }

  /** The number of rows, from a list's row splits: int32 scalar. */
  rowCount(index: number): TensorName {
    const { rowSplits } = this.value(index);
    if (rowSplits === undefined) throw new TypeError(`Input ${index} is no list.`);
    return this.op('Sub', [this.#builder.batchSize(rowSplits), this.int32(1)]);
  }

  /** False in the shape of a tensor. */
  falseLike(tensor: TensorName): TensorName {
    return this.op('ZerosLike', [this.op('Equal', [tensor, tensor])]);
  }

  /** Where all of the given `present` tensors hold; undefined when none restricts. */
  allPresent(present: readonly (TensorName | undefined)[]): TensorName | undefined {
    const restricting = [...new Set(present.filter((one) => one !== undefined))];
    return restricting.reduce<TensorName | undefined>(
      (all, one) => (all === undefined ? one : this.op('LogicalAnd', [all, one])),
      undefined,
    );
  }

  /** TensorFlow's Bucketize: int32, the number of boundaries that are not above; NaN goes to the last bucket. */
  bucketize(tensor: TensorName, boundaries: readonly number[]): TensorName {
    return this.op('Bucketize', [tensor], { boundaries: attr.floats(boundaries) });
  }

  /** Each key's position among `keys`, or `absent`: a table inside the graph. */
  lookup(keys: readonly BinaryString[], tensor: TensorName, absent: number): TensorName {
    if (keys.length === 0) return this.op('AddV2', [this.op('ZerosLike', [this.hash(tensor, 1)]), this.int64(absent)]);
    const table = this.#builder.vocabulary('keys', keys.map(binaryToBytes));
    return this.op('LookupTableFindV2', [table, tensor, this.int64(absent)], { Tout: attr.type('int64') });
  }

  /** Each term's line number in the asset, or `absent`. */
  lookupInAsset(lines: readonly BinaryString[], tensor: TensorName, absent: number): TensorName {
    const filename = this.asset ?? 'vocabulary';
    const content = Buffer.from(lines.map((line) => `${line}\n`).join(''), 'latin1');
    const table = this.#builder.vocabularyFile(filename, filename, content, lines.length);
    return this.op('LookupTableFindV2', [table, tensor, this.int64(absent)], { Tout: attr.type('int64') });
  }

  /** Fingerprint64 modulo `numBuckets`: int64. */
  hash(tensor: TensorName, numBuckets: number): TensorName {
    return this.op('StringToHashBucketFast', [tensor], { num_buckets: attr.int(numBuckets) });
  }
}
