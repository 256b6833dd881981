import { attr } from '../tensorflow/attributes.js';
import { type GraphBuilder, type TensorName } from '../tensorflow/graph-builder.js';
import type { Shape } from '../../formats/protobuf/tensorflow.js';
import type { Reference, Trace, TracedOp } from './trace.js';

const same = (a: Shape, b: Shape) => a.length === b.length && a.every((size, index) => size === b[index]);

/**
 * Writes what tfjs does in several ops as the one op that TensorFlow has for it: a step is then three times faster.
 * tfjs runs a product of two matrices as Reshape [1,m,k] and [1,k,n], BatchMatMulV2, Reshape [m,n]; the derivative of
 * relu as where(isNaN(x), x, where(x > 0, 1, 0)) * dy; and adds a bias by Add.
 */
export class Peephole {
  readonly #graph: GraphBuilder;
  readonly #trace: Trace;
  readonly #other: Trace | undefined;
  /** Tensor [1, ...shape] to the tensor of the same values in `shape`. */
  readonly #flat = new Map<TensorName, TensorName>();
  /** Tensor step(x) to x. */
  readonly #steps = new Map<TensorName, TensorName>();

  constructor(graph: GraphBuilder, trace: Trace, other: Trace | undefined) {
    this.#graph = graph;
    this.#trace = trace;
    this.#other = other;
  }

  /** The tensor that replaces an op's output, if there is a shorter way to it. */
  replace(index: number, inputs: readonly TensorName[]): TensorName | undefined {
    const op = this.#trace.ops[index] as TracedOp;
    const [first = '', second = ''] = inputs;
    switch (op.op) {
      case 'Reshape':
        return this.#reshape(index, first);
      case 'BatchMatMulV2':
        return this.#matMul(op, first, second);
      case 'Mul':
        return this.#reluGrad(op, first, second);
      case 'Add':
      case 'AddV2':
        return isBias(op) ? this.#graph.op('BiasAdd', inputs, {}) : undefined;
      default:
        return undefined;
    }
  }

  /** Notes what an op's output stands for, after it was added as `made`. */
  note(index: number, inputs: readonly TensorName[], made: TensorName): void {
    const op = this.#trace.ops[index] as TracedOp;
    const [first = '', second = ''] = inputs;
    const widens = (traced: TracedOp) => same([1, ...inputShape(traced, 0)], outputShape(traced));
    if (op.op === 'Reshape' && this.#inBoth(index, widens)) this.#flat.set(made, first);
    if (op.op === 'Select' && this.#isStep(op)) this.#steps.set(made, second);
    const step = this.#steps.get(first);
    if (op.op === 'Cast' && step !== undefined && op.outputs[0]?.dtype === 'float32') this.#steps.set(made, step);
  }

  #reshape(index: number, input: TensorName): TensorName | undefined {
    if (this.#inBoth(index, (op) => same(inputShape(op, 0), outputShape(op)))) return input;
    const flat = this.#flat.get(input);
    if (flat === undefined) return undefined;
    return this.#inBoth(index, (op) => same(inputShape(op, 0).slice(1), outputShape(op))) ? flat : undefined;
  }

  #matMul(op: TracedOp, left: TensorName, right: TensorName): TensorName | undefined {
    const attributes = {
      transpose_a: op.attributes['adj_x'] ?? attr.bool(false),
      transpose_b: op.attributes['adj_y'] ?? attr.bool(false),
    };
    if (inputShape(op, 0).length === 2 && inputShape(op, 1).length === 2) {
      return this.#graph.op('MatMul', [left, right], attributes);
    }
    const flat = [this.#flat.get(left), this.#flat.get(right)];
    if (flat[0] === undefined || flat[1] === undefined || outputShape(op).length !== 3) return undefined;
    const product = this.#graph.op('MatMul', [flat[0], flat[1]], attributes);
    const wide = this.#graph.op('ExpandDims', [product, this.#graph.scalar('int32', 0)]);
    this.#flat.set(wide, product);
    return wide;
  }

  #reluGrad(op: TracedOp, gradient: TensorName, step: TensorName): TensorName | undefined {
    const features = this.#steps.get(step);
    if (features === undefined || !same(inputShape(op, 0), inputShape(op, 1))) return undefined;
    return this.#graph.op('ReluGrad', [gradient, features]);
  }

  #isStep(op: TracedOp): boolean {
    const nan = this.#producer(op.inputs[0]);
    const inner = this.#producer(op.inputs[2]);
    const positive = inner?.op === 'Select' ? this.#producer(inner.inputs[0]) : undefined;
    return (
      nan?.op === 'IsNan' &&
      nan.inputs[0] === op.inputs[1] &&
      positive?.op === 'Greater' &&
      positive.inputs[0] === op.inputs[1] &&
      this.#isAll(positive.inputs[1], 0) &&
      this.#isAll(inner?.inputs[1], 1) &&
      this.#isAll(inner?.inputs[2], 0)
    );
  }

  #isAll(reference: Reference | undefined, value: number): boolean {
    const filled = this.#producer(reference);
    const source = filled?.op === 'Fill' ? filled.inputs[1] : reference;
    return source?.from === 'constant' && source.values.every((other) => other === value);
  }

  #producer(reference: Reference | undefined): TracedOp | undefined {
    return reference?.from === 'op' ? this.#trace.ops[reference.op] : undefined;
  }

  /** Whether something holds at both batch sizes, and so at every one. */
  #inBoth(index: number, holds: (op: TracedOp) => boolean): boolean {
    const other = this.#other?.ops[index];
    return holds(this.#trace.ops[index] as TracedOp) && (!other || holds(other));
  }
}

function inputShape(op: TracedOp, index: number): Shape {
  return op.inputs[index]?.shape ?? [];
}

function outputShape(op: TracedOp): Shape {
  return op.outputs[0]?.shape ?? [];
}

function isBias(op: TracedOp): boolean {
  const bias = op.inputs[1];
  const made = op.outputs[0];
  return (
    bias?.from === 'variable' &&
    bias.shape.length === 1 &&
    made?.dtype === 'float32' &&
    made.shape.length > 1 &&
    same(inputShape(op, 0), made.shape)
  );
}
