import type { DType, Shape } from '../formats/protobuf/tensorflow.js';

/** A tensor on its way to the model: values in row-major order. */
export interface FeedTensor {
  readonly shape: Shape;
  readonly values: readonly (number | bigint | boolean | string | Uint8Array)[];
}

export type Feeds = Readonly<Record<string, FeedTensor>>;

/** A tensor that the model gave. */
export interface ResultTensor {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly values: ArrayLike<number | bigint | Uint8Array>;
}

export type Results = Readonly<Record<string, ResultTensor>>;

/** What a signature takes or gives; -1 is a dimension known at run time. */
export interface TensorFacts {
  readonly dtype: DType;
  readonly shape: Shape | undefined;
}

export interface SignatureFacts {
  readonly inputs: Readonly<Record<string, TensorFacts>>;
  readonly outputs: Readonly<Record<string, TensorFacts>>;
}

export function sizeOf(shape: Shape): number {
  return shape.reduce((product, dimension) => product * dimension, 1);
}
