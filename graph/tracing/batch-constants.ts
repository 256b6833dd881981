import type { GraphBuilder, TensorName } from '../tensorflow/graph-builder.js';
import { attr } from '../tensorflow/attributes.js';
import { NotTraceableError, type ConstantReference, type TracedType } from './trace.js';

/**
 * Constants of a function that was traced at two batch sizes: what differs between the traces is made from the batch
 * size at run time.
 */
export class BatchConstants {
  readonly #graph: GraphBuilder;
  readonly #sizes: readonly [number, number];
  readonly #batched: TensorName;
  readonly #made = new Map<ConstantReference, TensorName>();
  #size: TensorName | undefined;

  /** @param batched - a tensor whose first dimension is the batch. */
  constructor(graph: GraphBuilder, sizes: readonly [number, number], batched: TensorName) {
    this.#graph = graph;
    this.#sizes = sizes;
    this.#batched = batched;
  }

  /** The tensor of a constant that was `one` at the first batch size and `two` at the second. */
  tensor(one: ConstantReference, two: ConstantReference): TensorName {
    let made = this.#made.get(one);
    if (made === undefined) {
      made = this.#make(one, two);
      this.#made.set(one, made);
    }
    return made;
  }

  /** The dimensions of a Reshape: a single one that depends on the batch is left open. */
  reshape(one: ConstantReference, two: ConstantReference): TensorName {
    const differing = differences(one.values, two.values);
    if (differing.length !== 1) return this.tensor(one, two);
    return this.#graph.int32(one.values.map((value, index) => (index === differing[0] ? -1 : value)));
  }

  /** A vector whose elements depend on the batch, e.g. a shape. */
  vector(one: readonly number[], two: readonly number[], dtype: TracedType): TensorName {
    if (one.length !== two.length) throw new NotTraceableError('the rank of a tensor depends on the batch size');
    if (differences(one, two).length === 0) return this.#graph.const(dtype, [one.length], one);
    const elements = one.map((value, index) =>
      value === two[index] ? this.#graph.scalar(dtype, value) : this.#affine(value, two[index] ?? NaN, dtype),
    );
    return this.#graph.op('Pack', elements, { axis: attr.int(0) }, 'batch/dimensions');
  }

  #make(one: ConstantReference, two: ConstantReference): TensorName {
    const { shape, values, dtype } = one;
    if (shape.join() !== two.shape.join()) return this.#fill(one, two);
    if (differences(values, two.values).length === 0) return this.#graph.const(dtype, shape, values);
    if (shape.length === 0) return this.#affine(values[0] ?? NaN, two.values[0] ?? NaN, dtype);
    if (shape.length === 1) return this.vector(values, two.values, dtype);
    throw new NotTraceableError(`a tensor of shape [${shape.join()}] that is made in JavaScript differs between calls`);
  }

  #fill(one: ConstantReference, two: ConstantReference): TensorName {
    const value = one.values[0];
    if (value === undefined || [...one.values, ...two.values].some((other) => other !== value)) {
      throw new NotTraceableError(`a tensor of shape [${one.shape.join()}] is made in JavaScript for each batch`);
    }
    const shape = this.vector(one.shape, two.shape, 'int32');
    return this.#graph.op('Fill', [shape, this.#graph.scalar(one.dtype, value)], {}, 'batch/Fill');
  }

  /** `factor * batch + offset`. */
  #affine(one: number, two: number, dtype: TracedType): TensorName {
    const graph = this.#graph;
    const factor = (two - one) / (this.#sizes[1] - this.#sizes[0]);
    const offset = one - factor * this.#sizes[0];
    if (!Number.isInteger(factor) || !Number.isInteger(offset)) {
      throw new NotTraceableError(`a constant (${one}, ${two}) is no linear function of the batch size`);
    }
    this.#size ??= graph.batchSize(this.#batched);
    let tensor = this.#size;
    if (factor !== 1) tensor = graph.op('Mul', [tensor, graph.scalar('int32', factor)], {}, 'batch/Mul');
    if (offset !== 0) tensor = graph.op('AddV2', [tensor, graph.scalar('int32', offset)], {}, 'batch/Add');
    return graph.cast(tensor, dtype);
  }
}

function differences(one: readonly number[], two: readonly number[]): number[] {
  return one.flatMap((value, index) => (Object.is(value, two[index]) ? [] : [index]));
}
