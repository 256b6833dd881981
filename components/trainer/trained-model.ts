import type { LayersModel, Tensor, Variable } from '@tensorflow/tfjs-node';
import type { EpochRecord } from './training-checkpoint.js';
import type { FeatureColumn } from './training-examples.js';
import type { Head } from './heads.js';

/** A network after `fit`, with all that exporting it needs. */
export interface TrainedModel {
  readonly head: Head;
  readonly classes: readonly string[] | undefined;
  readonly network: LayersModel;
  readonly weights: ReadonlyMap<string, Variable>;
  readonly trainable: readonly string[];
  /** Float32 `[batch, width]` to the network's outputs. */
  readonly apply: (x: Tensor, training: boolean) => Tensor;
  readonly columns: readonly FeatureColumn[];
  readonly width: number;
  /** Numbers per row that the network gives. */
  readonly outputs: number;
  /** A few training rows, to check the exported model with. */
  readonly sample: Float32Array;
  readonly result: FitResult;
}

export interface FitResult {
  readonly history: readonly EpochRecord[];
  /** The epoch whose weights the model has, from 1. */
  readonly bestEpoch: number;
  /** Over all training rows, without penalties and dropout; `val_` for the validation split. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly rows: number;
  readonly training: 'compiled' | 'eager';
  /** Why it was not compiled. */
  readonly reason?: string;
}
