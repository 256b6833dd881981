import { createHash } from 'node:crypto';
import {
  DATA_TYPES,
  shapeValue,
  type AttrValue,
  type DType,
  type NodeDef,
  type Shape,
} from '../../formats/protobuf/tensorflow.js';
import type { Asset } from '../../formats/saved-model.js';
import { attr } from './attributes.js';
import { constantBytes, type ConstantValues } from './constants.js';
import { typeOp } from './op-table.js';

/** A tensor of a graph by name: `node`, or `node:1` for a node's second output. `^node` is a control input. */
export type TensorName = string;

type Attributes = Readonly<Record<string, AttrValue>>;

/** A v1 while loop's frame: tensors from outside enter it once. */
interface Frame {
  readonly name: string;
  readonly entered: Map<TensorName, TensorName>;
}

const SHARED_CONSTANT_BYTES = 256;

/**
 * Builds a GraphDef node by node. Type attributes that follow from the inputs are filled in. Names are made valid and
 * unique, so a feature's name may be anything.
 */
export class GraphBuilder {
  #nodes: NodeDef[] = [];
  #frame: Frame | undefined;
  #scope = '';
  readonly #names = new Map<string, number>();
  readonly #constants = new Map<string, TensorName>();
  readonly #dtypes = new Map<TensorName, DType>();
  readonly #assets: Asset[] = [];
  readonly #tables = new Map<string, TensorName>();
  readonly #initializers: TensorName[] = [];

  /** All nodes in the order in which they were made. */
  get nodes(): readonly NodeDef[] {
    return this.#nodes;
  }

  /** Files that the graph reads when it is loaded. */
  get assets(): readonly Asset[] {
    return this.#assets;
  }

  /** Ops that fill tables when the graph is loaded. */
  get initializers(): readonly TensorName[] {
    return this.#initializers;
  }

  /** Names made within `build` begin with `name/`. */
  scope<T>(name: string, build: () => T): T {
    const outer = this.#scope;
    this.#scope = `${outer}${name}/`;
    try {
      return build();
    } finally {
      this.#scope = outer;
    }
  }

  /** Names made within `build` have no scope before them. */
  root<T>(build: () => T): T {
    const outer = this.#scope;
    this.#scope = '';
    try {
      return build();
    } finally {
      this.#scope = outer;
    }
  }

  /** Adds a node. Its first output's name comes back; `output(node, 1)` names the second. */
  op(op: string, inputs: readonly TensorName[], attributes: Attributes = {}, name = op): TensorName {
    const data = inputs.filter((input) => !input.startsWith('^'));
    const typed = typeOp(
      op,
      data.map((input) => this.#dtypes.get(input)),
      attributes,
    );
    const node = this.#unique(this.#scope + name);
    this.#nodes.push({ name: node, op, input: inputs, attr: typed.attributes });
    typed.outputs?.forEach((dtype, index) => this.#dtypes.set(output(node, index), dtype));
    return node;
  }

  /** The type of a tensor's values, where the op table knows it. */
  dtypeOf(tensor: TensorName): DType | undefined {
    return this.#dtypes.get(tensor);
  }

  /** Says a type that the op table does not know. */
  setDtype(tensor: TensorName, dtype: DType): void {
    this.#dtypes.set(tensor, dtype);
  }

  /** A constant of `shape`, values in row-major order. Small equal constants are one node. */
  const(dtype: DType, shape: Shape, values: ConstantValues, name = 'Const'): TensorName {
    return this.enter(this.#constant(dtype, shape, values, name));
  }

  /** A scalar constant. */
  scalar(dtype: DType, value: number | bigint | string | Uint8Array | boolean, name = 'Const'): TensorName {
    return this.const(dtype, [], [value] as ConstantValues, name);
  }

  /** An int32 vector, e.g. of axes. */
  int32(values: readonly number[]): TensorName {
    return this.const('int32', [values.length], values);
  }

  placeholder(name: string, dtype: DType, shape: Shape | undefined): TensorName {
    return this.op('Placeholder', [], { dtype: attr.type(dtype), shape: attr.shape(shape) }, name);
  }

  /** `tensor` under another name, after the given ops have run. */
  identity(tensor: TensorName, name = 'Identity', after: readonly TensorName[] = []): TensorName {
    return this.op('Identity', [tensor, ...after.map(control)], {}, name);
  }

  cast(tensor: TensorName, to: DType): TensorName {
    if (this.#dtypes.get(tensor) === to) return tensor;
    return this.op('Cast', [tensor], { DstT: attr.type(to) });
  }

  /** The size of a tensor's first dimension: int32 scalar. */
  batchSize(tensor: TensorName): TensorName {
    const shape = this.op('Shape', [tensor], { out_type: attr.type('int32') });
    const bounds = [this.int32([0]), this.int32([1]), this.int32([1])];
    return this.op('StridedSlice', [shape, ...bounds], { shrink_axis_mask: attr.int(1) }, 'batch_size');
  }

  /** A file in `assets/`; the tensor is its path (string scalar) when the graph is loaded. Equal files are one. */
  asset(filename: string, content: Uint8Array): TensorName {
    const known = this.#assets.find(
      (asset) => asset.filename === filename && Buffer.compare(asset.content, content) === 0,
    );
    if (known) return known.tensor;
    const tensor = this.op('Const', [], stringConstant([], [filename]), `asset/${filename}`);
    this.#assets.push({ tensor, filename, content });
    return tensor;
  }

  /** Runs `op` once when the graph is loaded (`saved_model_main_op`). */
  onLoad(op: TensorName): void {
    this.#initializers.push(op);
  }

  /**
   * A lookup table that is filled when the graph is loaded. Look up by
   * `LookupTableFindV2(table, keys, default)`, whose default must be a scalar of the value type. Equal tables are one.
   *
   * @param content - what fills it, or its digest: Python shares tables of one name between the models of a process.
   */
  table(
    name: string,
    { key, value, content }: { readonly key: DType; readonly value: DType; readonly content: string | Uint8Array },
    fill: (table: TensorName) => TensorName,
  ): TensorName {
    const digest = createHash('sha256').update(content).digest('hex').slice(0, 16);
    const identity = `${name} ${key} ${value} ${digest}`;
    const known = this.#tables.get(identity);
    if (known !== undefined) return known;
    const facts = { key_dtype: attr.type(key), value_dtype: attr.type(value) };
    const node = this.#unique(this.#scope + name);
    const shared = `${node}_${digest}`;
    this.#tables.set(identity, node);
    this.#nodes.push({
      name: node,
      op: 'HashTableV2',
      input: [],
      attr: { ...facts, shared_name: attr.string(shared) },
    });
    this.#dtypes.set(node, 'resource');
    this.onLoad(fill(node));
    return node;
  }

  /** A table from strings to their int64 positions, filled from constants in the graph. */
  vocabulary(name: string, terms: readonly (string | Uint8Array)[]): TensorName {
    const content = Buffer.concat(terms.map((term) => Buffer.concat([Buffer.from(term as string), Buffer.of(0)])));
    return this.table(name, { key: 'string', value: 'int64', content }, (table) => {
      const keys = this.const('string', [terms.length], terms, `${name}/terms`);
      const values = this.const(
        'int64',
        [terms.length],
        terms.map((_, index) => index),
        `${name}/positions`,
      );
      const types = { Tkey: attr.type('string'), Tval: attr.type('int64') };
      return this.op('InitializeTableV2', [table, keys, values], types, `${name}/fill`);
    });
  }

  /** A table from the lines of a text file in `assets/` to their int64 line numbers. No term may hold a newline. */
  vocabularyFile(name: string, filename: string, content: Uint8Array, size: number): TensorName {
    return this.table(name, { key: 'string', value: 'int64', content }, (table) => {
      const facts = { key_index: attr.int(-2), value_index: attr.int(-1), vocab_size: attr.int(size) };
      const inputs = [table, this.asset(filename, content)];
      return this.op(
        'InitializeTableFromTextFileV2',
        inputs,
        { ...facts, delimiter: attr.string('\t') },
        `${name}/fill`,
      );
    });
  }

  /** Within a while frame a tensor from outside must pass through Enter; elsewhere it is itself. */
  enter(tensor: TensorName): TensorName {
    const frame = this.#frame;
    if (!frame) return tensor;
    let inside = frame.entered.get(tensor);
    if (inside === undefined) {
      inside = this.op('Enter', [tensor], frameAttributes(frame.name, true), 'Enter');
      frame.entered.set(tensor, inside);
    }
    return inside;
  }

  /** Builds the body of a v1 while loop: constants made within enter the frame by themselves. */
  withinFrame<T>(name: string, build: () => T): T {
    this.#frame = { name, entered: new Map() };
    try {
      return build();
    } finally {
      this.#frame = undefined;
    }
  }

  /** Drops every node from which none of `roots` can be reached. Files and initializers stay. */
  prune(roots: readonly TensorName[]): void {
    const byName = new Map(this.#nodes.map((node) => [node.name, node]));
    const kept = new Set<string>();
    const open = [...roots, ...this.#initializers, ...this.#assets.map((asset) => asset.tensor)].map(nodeOf);
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      if (kept.has(name)) continue;
      kept.add(name);
      open.push(...(byName.get(name)?.input ?? []).map(nodeOf));
    }
    this.#nodes = this.#nodes.filter((node) => kept.has(node.name));
  }

  #constant(dtype: DType, shape: Shape, values: ConstantValues, name: string): TensorName {
    if (dtype === 'string') {
      return this.op('Const', [], stringConstant(shape, values as readonly (string | Uint8Array)[]), name);
    }
    const content = constantBytes(dtype, values);
    const key =
      content.length <= SHARED_CONSTANT_BYTES ? `${dtype} ${shape.join()} ${content.toString('hex')}` : undefined;
    const known = key === undefined ? undefined : this.#constants.get(key);
    if (known !== undefined) return known;
    const tensor = { dtype: DATA_TYPES[dtype], tensor_shape: shapeValue(shape), tensor_content: content };
    const made = this.op('Const', [], { dtype: attr.type(dtype), value: { tensor } }, name);
    if (key !== undefined) this.#constants.set(key, made);
    return made;
  }

  #unique(wanted: string): string {
    const base = wanted.replace(/[^A-Za-z0-9_./-]/g, '_').replace(/^[^A-Za-z0-9.]/, 'x$&');
    const count = this.#names.get(base.toLowerCase()) ?? 0;
    this.#names.set(base.toLowerCase(), count + 1);
    return count === 0 ? base : this.#unique(`${base}_${count}`);
  }
}

/** The attributes of Enter nodes. */
export function frameAttributes(name: string, isConstant: boolean): Attributes {
  return {
    frame_name: attr.string(name),
    is_constant: attr.bool(isConstant),
    parallel_iterations: attr.int(1),
  };
}

/** A node's output by number. */
export function output(node: TensorName, index: number): TensorName {
  return index === 0 ? node : `${node}:${index}`;
}

/** A control input: run after this node. */
export function control(tensor: TensorName): TensorName {
  return `^${nodeOf(tensor)}`;
}

function nodeOf(tensor: TensorName): string {
  return tensor.replace(/^\^/, '').replace(/:\d+$/, '');
}

function stringConstant(shape: Shape, values: readonly (string | Uint8Array)[]): Attributes {
  const string_val = values.map((value) => (typeof value === 'string' ? Buffer.from(value) : value));
  const tensor = { dtype: DATA_TYPES.string, tensor_shape: shapeValue(shape), string_val };
  return { dtype: attr.type('string'), value: { tensor } };
}
