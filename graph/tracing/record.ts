import type { Tensor, TensorInfo, Variable } from '@tensorflow/tfjs-node';
import { shapeValue, type AttrValue } from '../../formats/protobuf/tensorflow.js';
import type { TensorFlow } from '../tensorflow/tensorflow.js';
import {
  NotTraceableError,
  UNIFORM,
  type Reference,
  type Trace,
  type TracedOp,
  type TracedTensor,
  type TracedType,
} from './trace.js';

type DataId = TensorInfo['dataId'];

interface EagerAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** What of tfjs-node's backend is watched. It is private there: tfjs-node is pinned. */
interface WatchedBackend {
  binding: Readonly<Record<string, number>>;
  executeSingleOutput(op: string, attributes: readonly EagerAttribute[], inputs: readonly TensorInfo[]): Tensor;
  executeMultipleOutputs(
    op: string,
    attributes: readonly EagerAttribute[],
    inputs: readonly TensorInfo[],
    outputs: number,
  ): Tensor[];
  readSync(id: DataId): ArrayLike<number>;
}

let recording: Recorder | undefined;

/**
 * Runs `fn` once and records every op that TensorFlow runs for it: each kernel of tfjs-node calls its backend with a
 * TensorFlow op's name, attributes and inputs. A tensor is known by its `dataId`, which clones share.
 *
 * @param variables - the variables that `fn` may read and assign, by name; no two may share their data.
 * @throws NotTraceableError when `fn` looks at computed values.
 */
export function record(
  tf: typeof TensorFlow,
  fn: (...inputs: Tensor[]) => Tensor | Tensor[],
  inputs: readonly Tensor[],
  variables: ReadonlyMap<string, Variable>,
): Trace {
  const backend = tf.backend() as unknown as WatchedBackend;
  const recorder = new Recorder(backend, inputs, variables);
  const one = backend.executeSingleOutput.bind(backend);
  const many = backend.executeMultipleOutputs.bind(backend);
  const readSync = backend.readSync.bind(backend);
  backend.executeSingleOutput = (op, attributes, ins) => {
    const references = ins.map((tensor) => recorder.reference(tensor));
    const made = one(op, attributes, ins);
    recorder.add(op, attributes, references, [made]);
    return made;
  };
  backend.executeMultipleOutputs = (op, attributes, ins, count) => {
    const references = ins.map((tensor) => recorder.reference(tensor));
    const made = many(op, attributes, ins, count);
    recorder.add(op, attributes, references, made);
    return made;
  };
  backend.readSync = (id) => {
    recorder.noteRead(id);
    return readSync(id);
  };
  recording = recorder;
  try {
    let trace: Trace | undefined;
    tf.tidy(() => {
      trace = recorder.finish(fn(...inputs));
    });
    return trace as unknown as Trace;
  } finally {
    recording = undefined;
    // The watchers are own properties over the class's methods.
    Reflect.deleteProperty(backend, 'executeSingleOutput');
    Reflect.deleteProperty(backend, 'executeMultipleOutputs');
    Reflect.deleteProperty(backend, 'readSync');
  }
}

/**
 * Says that `tensor`, made in JavaScript, stands for uniform random numbers that the graph shall draw anew in every
 * step. Outside of a recording it does nothing.
 */
export function noteUniform(tensor: Tensor, stream: number): void {
  recording?.addUniform(tensor, stream);
}

class Recorder {
  readonly #backend: WatchedBackend;
  readonly #readSync: WatchedBackend['readSync'];
  readonly #ops: TracedOp[] = [];
  readonly #references = new Map<DataId, Reference>();
  readonly #read = new Set<Reference>();
  readonly #variables: readonly { readonly name: string; readonly variable: Variable; readonly before: DataId }[];

  constructor(backend: WatchedBackend, inputs: readonly Tensor[], variables: ReadonlyMap<string, Variable>) {
    this.#backend = backend;
    this.#readSync = backend.readSync.bind(backend);
    this.#variables = [...variables].map(([name, variable]) => ({ name, variable, before: variable.dataId }));
    for (const { name, variable } of this.#variables) {
      if (this.#references.has(variable.dataId)) throw new NotTraceableError(`variable ${name} shares its data`);
      this.#references.set(variable.dataId, { from: 'variable', name, shape: variable.shape.slice() });
    }
    inputs.forEach((tensor, index) =>
      this.#references.set(tensor.dataId, { from: 'input', index, shape: tensor.shape.slice() }),
    );
  }

  reference(tensor: TensorInfo): Reference {
    const known = this.#references.get(tensor.dataId);
    if (known) return known;
    const made: Reference = {
      from: 'constant',
      dtype: tensor.dtype as TracedType,
      shape: tensor.shape.slice(),
      values: Array.from(this.#readSync(tensor.dataId)),
    };
    this.#references.set(tensor.dataId, made);
    return made;
  }

  add(op: string, attributes: readonly EagerAttribute[], inputs: readonly Reference[], made: readonly Tensor[]): void {
    const values = attributes.map((attribute) => [attribute.name, this.#attribute(attribute)] as const);
    this.#push(op, Object.fromEntries(values), inputs, made);
  }

  addUniform(tensor: Tensor, stream: number): void {
    this.#push(UNIFORM, { stream: { i: stream } }, [], [tensor]);
  }

  noteRead(id: DataId): void {
    const reference = this.#references.get(id);
    if (reference && reference.from !== 'constant') this.#read.add(reference);
  }

  finish(made: Tensor | Tensor[]): Trace {
    // tfjs checks the indices of a gather in JavaScript: that look changes nothing.
    for (const op of this.#ops) if (op.op === 'GatherV2' && op.inputs[1]) this.#read.delete(op.inputs[1]);
    if (this.#read.size > 0) throw new NotTraceableError('it reads computed values in JavaScript');
    const outputs = [made].flat().map((tensor) => ({ ...describe(tensor), value: this.reference(tensor) }));
    const assigned = this.#variables.filter(({ variable, before }) => variable.dataId !== before);
    const updates = assigned.map(({ name, variable }) => ({ variable: name, value: this.reference(variable) }));
    return { ops: this.#ops, outputs, updates };
  }

  #push(op: string, attributes: TracedOp['attributes'], inputs: readonly Reference[], made: readonly Tensor[]): void {
    const index = this.#ops.length;
    this.#ops.push({ op, attributes, inputs, outputs: made.map(describe) });
    made.forEach((tensor, output) =>
      this.#references.set(tensor.dataId, { from: 'op', op: index, output, shape: tensor.shape.slice() }),
    );
  }

  #attribute({ name, type, value }: EagerAttribute): AttrValue {
    const { binding } = this.#backend;
    const list = Array.isArray(value);
    const values = [value].flat() as never[];
    if (type === binding['TF_ATTR_SHAPE']) return { shape: shapeValue(values) };
    const kinds = { STRING: 's', INT: 'i', FLOAT: 'f', BOOL: 'b', TYPE: 'type' } as const;
    const kind = Object.entries(kinds).find(([suffix]) => binding[`TF_ATTR_${suffix}`] === type)?.[1];
    if (!kind) throw new NotTraceableError(`attribute ${name} is of a kind that is not known`);
    const converted = kind === 's' ? values.map((text) => Buffer.from(text)) : values;
    return list ? { list: { [kind]: converted } } : { [kind]: converted[0] };
  }
}

function describe(tensor: Tensor): TracedTensor {
  return { dtype: tensor.dtype as TracedType, shape: tensor.shape.slice() };
}
