import type { AttrValue, Shape } from '../../formats/protobuf/tensorflow.js';

/** tfjs's types that tensors of a network have. */
export type TracedType = 'float32' | 'int32' | 'bool' | 'string';

/** Where a tensor of a trace comes from. */
export type Reference = InputReference | VariableReference | OutputReference | ConstantReference;

export interface InputReference {
  readonly from: 'input';
  readonly index: number;
  readonly shape: Shape;
}

export interface VariableReference {
  readonly from: 'variable';
  readonly name: string;
  readonly shape: Shape;
}

export interface OutputReference {
  readonly from: 'op';
  readonly op: number;
  readonly output: number;
  readonly shape: Shape;
}

/** A tensor that was made in JavaScript. */
export interface ConstantReference {
  readonly from: 'constant';
  readonly dtype: TracedType;
  readonly shape: Shape;
  readonly values: readonly number[];
}

export interface TracedTensor {
  readonly dtype: TracedType;
  readonly shape: Shape;
}

/** One op that TensorFlow ran. */
export interface TracedOp {
  /** TensorFlow's name of the op, or `UNIFORM` for random numbers that the graph draws by itself. */
  readonly op: string;
  readonly attributes: Readonly<Record<string, AttrValue>>;
  readonly inputs: readonly Reference[];
  readonly outputs: readonly TracedTensor[];
}

/** Random numbers in [0, 1): its attribute `stream` tells the draws of a step apart. */
export const UNIFORM = 'Uniform';

/** Everything that TensorFlow did during one call of a function. */
export interface Trace {
  readonly ops: readonly TracedOp[];
  readonly outputs: readonly (TracedTensor & { readonly value: Reference })[];
  /** Variables that were assigned, with their last value. */
  readonly updates: readonly { readonly variable: string; readonly value: Reference }[];
}

/** Why a function cannot become a graph. Callers fall back to running it eagerly, and say this reason. */
export class NotTraceableError extends Error {
  override readonly name = 'NotTraceableError';
}
