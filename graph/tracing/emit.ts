import type { Shape } from '../../formats/protobuf/tensorflow.js';
import { output, type GraphBuilder, type TensorName } from '../tensorflow/graph-builder.js';
import { BatchConstants } from './batch-constants.js';
import { Peephole } from './peephole.js';
import { NotTraceableError, UNIFORM, type Reference, type Trace, type TracedOp } from './trace.js';

export interface EmitOptions {
  /** The graph's tensors of the function's inputs; the first is batched. */
  readonly inputs: readonly TensorName[];
  readonly readVariable: (name: string) => TensorName;
  /** The batch sizes of the two traces. */
  readonly sizes: readonly [number, number];
  /** False: the very ops that tfjs ran, for tests of exactness. Default: true. */
  readonly peephole?: boolean;
  /** Draws random numbers in [0, 1) of a shape (an int32 vector). */
  readonly uniform?: (shape: TensorName, stream: number) => TensorName;
}

export interface Emitted {
  readonly outputs: readonly TensorName[];
  /** The outputs' shapes; -1 where they depend on the batch. */
  readonly shapes: readonly Shape[];
  readonly updates: readonly { readonly variable: string; readonly value: TensorName }[];
}

/**
 * Adds a traced function to a graph for every batch size: `traces` are the same function at two of them.
 *
 * @throws NotTraceableError when the traces differ in more than the batch size explains.
 */
export function emit(graph: GraphBuilder, traces: readonly [Trace, Trace], options: EmitOptions): Emitted {
  const [one, two] = traces;
  if (one.ops.length !== two.ops.length) {
    throw new NotTraceableError(`its ops depend on the batch size (${one.ops.length} against ${two.ops.length})`);
  }
  const emitter = new Emitter(graph, traces, options);
  one.ops.forEach((_, index) => emitter.add(index));
  return {
    outputs: one.outputs.map(({ value }, index) => emitter.resolve(value, two.outputs[index]?.value)),
    shapes: one.outputs.map(({ shape }, index) => openShape(shape, two.outputs[index]?.shape ?? [])),
    updates: one.updates.map(({ variable, value }, index) => ({
      variable,
      value: emitter.resolve(value, two.updates[index]?.value),
    })),
  };
}

class Emitter {
  readonly #graph: GraphBuilder;
  readonly #traces: readonly [Trace, Trace];
  readonly #options: EmitOptions;
  readonly #constants: BatchConstants;
  readonly #peephole: Peephole;
  /** Each op's outputs. */
  readonly #tensors: TensorName[][] = [];

  constructor(graph: GraphBuilder, traces: readonly [Trace, Trace], options: EmitOptions) {
    this.#graph = graph;
    this.#traces = traces;
    this.#options = options;
    this.#constants = new BatchConstants(graph, options.sizes, options.inputs[0] ?? '');
    this.#peephole = new Peephole(graph, ...traces);
  }

  add(index: number): void {
    const op = this.#traces[0].ops[index] as TracedOp;
    const other = this.#traces[1].ops[index] as TracedOp;
    if (op.op !== other.op || JSON.stringify(op.attributes) !== JSON.stringify(other.attributes)) {
      throw new NotTraceableError(`op ${op.op} depends on the batch size in a way that a graph cannot express`);
    }
    if (op.op === UNIFORM) {
      this.#tensors.push([this.#uniform(op, other)]);
      return;
    }
    const inputs = op.inputs.map((input, position) =>
      this.resolve(input, other.inputs[position], op.op === 'Reshape' && position === 1),
    );
    const shorter = this.#options.peephole === false ? undefined : this.#peephole.replace(index, inputs);
    if (shorter !== undefined) {
      this.#tensors.push([shorter]);
      return;
    }
    const made = this.#graph.op(op.op, inputs, op.attributes);
    const outputs = op.outputs.map((_, position) => output(made, position));
    outputs.forEach((name, position) => {
      const dtype = op.outputs[position]?.dtype;
      if (this.#graph.dtypeOf(name) === undefined && dtype) this.#graph.setDtype(name, dtype);
    });
    this.#peephole.note(index, inputs, made);
    this.#tensors.push(outputs);
  }

  resolve(reference: Reference, other: Reference | undefined, isReshape = false): TensorName {
    switch (reference.from) {
      case 'input':
        return this.#options.inputs[reference.index] ?? '';
      case 'variable':
        return this.#options.readVariable(reference.name);
      case 'op':
        return this.#tensors[reference.op]?.[reference.output] ?? '';
      case 'constant': {
        if (other?.from !== 'constant') throw new NotTraceableError('a tensor is constant at one batch size only');
        return isReshape ? this.#constants.reshape(reference, other) : this.#constants.tensor(reference, other);
      }
    }
  }

  #uniform(op: TracedOp, other: TracedOp): TensorName {
    const { uniform } = this.#options;
    if (!uniform) throw new NotTraceableError('it draws random numbers');
    const shape = this.#constants.vector(op.outputs[0]?.shape ?? [], other.outputs[0]?.shape ?? [], 'int32');
    return uniform(shape, op.attributes['stream']?.i ?? 0);
  }
}

function openShape(one: Shape, two: Shape): Shape {
  return one.map((size, dimension) => (size === two[dimension] ? size : -1));
}
