import type { Tensor, Variable } from '@tensorflow/tfjs-node';
import type { TensorFlow } from '../tensorflow/tensorflow.js';
import { record } from './record.js';
import type { Trace } from './trace.js';

/** Batch sizes of the traces: 1 is special to many ops, and two sizes tell what depends on the batch. */
export const TRACE_SIZES = [4, 6] as const;

/**
 * Traces a function at two batch sizes. Tracing runs it, so variables get their values back.
 *
 * @param example - inputs of a batch size; values do not matter.
 * @throws NotTraceableError
 */
export function traceBatched(
  tf: typeof TensorFlow,
  fn: (...inputs: Tensor[]) => Tensor | Tensor[],
  example: (batch: number) => Tensor[],
  variables: ReadonlyMap<string, Variable>,
): [Trace, Trace] {
  const trace = (batch: number) => {
    const before = [...variables.values()].map((variable) => variable.clone());
    const inputs = example(batch);
    try {
      return record(tf, fn, inputs, variables);
    } finally {
      [...variables.values()].forEach((variable, index) => variable.assign(before[index] as Tensor));
      tf.dispose([inputs, before]);
    }
  };
  return [trace(TRACE_SIZES[0]), trace(TRACE_SIZES[1])];
}

/** A layers model's weights by name; a name that comes twice is numbered. */
export function namedWeights(weights: readonly { readonly name: string; read(): Tensor }[]): Map<string, Variable> {
  const named = new Map<string, Variable>();
  for (const weight of weights) {
    let name = weight.name;
    for (let count = 1; named.has(name); count += 1) name = `${weight.name}_${count}`;
    named.set(name, weight.read() as Variable);
  }
  return named;
}
