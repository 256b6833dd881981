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

/** A weight of a layers model. */
export interface LayerWeight {
  readonly originalName: string;
  read(): Tensor;
}

/**
 * A layers model's weights by name; a name that comes twice is numbered. tfjs numbers layers without a name through all
 * models of a process (`dense_Dense7`): here they are numbered within the model, so that equal models have equal names.
 */
export function namedWeights(weights: readonly LayerWeight[]): Map<string, Variable> {
  const named = new Map<string, Variable>();
  const numbers = new Map<string, number>();
  const counts = new Map<string, number>();
  for (const weight of weights) {
    const own = weight.originalName.replace(/\b[a-z0-9_]+_[A-Z][A-Za-z0-9]*?(\d+)(?=\/)/g, (layer, digits: string) => {
      const kind = layer.slice(0, -digits.length);
      if (!numbers.has(layer)) numbers.set(layer, (counts.get(kind) ?? 0) + 1);
      counts.set(kind, Math.max(counts.get(kind) ?? 0, numbers.get(layer) ?? 0));
      return `${kind}${numbers.get(layer) ?? 0}`;
    });
    let name = own;
    for (let count = 1; named.has(name); count += 1) name = `${own}_${count}`;
    // The weights of layers are variables.
    const variable: unknown = weight.read();
    named.set(name, variable as Variable);
  }
  return named;
}
