import type { Head } from './heads.js';

export interface Measured {
  /** As training minimizes it, without penalties. */
  readonly loss: number;
  /** By Keras' names: `mean_absolute_error`, `accuracy`. */
  readonly metrics: Readonly<Record<string, number>>;
}

/**
 * Measures outputs of a network against labels, in float64.
 *
 * @param output - row-major `[rows, width]`: the value, or logits. @param y - `[rows]`.
 */
export function measure(head: Head, output: Float32Array, y: Float32Array, weight?: Float32Array): Measured {
  const width = output.length / Math.max(1, y.length);
  let [loss, other, total] = [0, 0, 0];
  for (let row = 0; row < y.length; row += 1) {
    const share = weight?.[row] ?? 1;
    const one = measureRow(head, output.subarray(row * width, (row + 1) * width), y[row] ?? NaN);
    loss += share * one.loss;
    other += share * one.other;
    total += share;
  }
  const metric = head.kind === 'regression' ? 'mean_absolute_error' : 'accuracy';
  return { loss: loss / total, metrics: { [metric]: other / total } };
}

function measureRow(head: Head, output: Float32Array, y: number): { loss: number; other: number } {
  const first = output[0] ?? NaN;
  switch (head.kind) {
    case 'regression':
      return { loss: (first - y) ** 2, other: Math.abs(first - y) };
    case 'binary': {
      const loss = Math.max(first, 0) - first * y + Math.log1p(Math.exp(-Math.abs(first)));
      return { loss, other: first > 0 === y > 0.5 ? 1 : 0 };
    }
    case 'multiclass': {
      const top = Math.max(...output);
      const sum = output.reduce((total, logit) => total + Math.exp(logit - top), 0);
      return { loss: Math.log(sum) + top - (output[y] ?? NaN), other: output.indexOf(top) === y ? 1 : 0 };
    }
  }
}
