import type { Scalar, Tensor } from '@tensorflow/tfjs-node';
import type { TensorFlow } from '../../graph/tensorflow/tensorflow.js';

/** What a network's outputs mean: the last layer gives plain numbers (no activation), the head the rest. */
export type Head = RegressionHead | BinaryHead | MulticlassHead;

export interface RegressionHead {
  readonly kind: 'regression';
  /** The transformed feature to predict. */
  readonly label: string;
}

export interface BinaryHead {
  readonly kind: 'binary';
  readonly label: string;
  /** The names of 0 and 1. (Default: the label's vocabulary, where it has one of two.) */
  readonly classes?: readonly string[];
}

export interface MulticlassHead {
  readonly kind: 'multiclass';
  readonly label: string;
  /** The names of 0, 1, 2 … (Default: the label's vocabulary, where it has one.) */
  readonly classes?: readonly string[];
  /** How many classes there are. (Default: as many as have names, or as the training labels show.) */
  readonly count?: number;
}

/** Predicts a number; trained on the mean squared error. */
export function regression(label: string): RegressionHead {
  return { kind: 'regression', label };
}

/** Predicts the probability of 1 for a label of 0 and 1; trained on the cross entropy. */
export function binaryClassification(label: string, options: Pick<BinaryHead, 'classes'> = {}): BinaryHead {
  return { kind: 'binary', label, ...options };
}

/** Predicts the probability of each class for a label of 0, 1, 2 …; trained on the cross entropy. */
export function multiclassClassification(
  label: string,
  options: Pick<MulticlassHead, 'classes' | 'count'> = {},
): MulticlassHead {
  return { kind: 'multiclass', label, ...options };
}

/**
 * The mean loss of a batch: squared error, or cross entropy from logits.
 *
 * @param y - float32 `[batch, 1]`: the value, or the class's number.
 * @param output - the network's output: `[batch, 1]`, or logits `[batch, classes]`.
 * @param weight - of the examples, `[batch]`; the mean is over their sum.
 */
export function headLoss(tf: typeof TensorFlow, head: Head, y: Tensor, output: Tensor, weight?: Tensor): Scalar {
  const losses = tf.reshape(perExample(tf, head, y, output), [-1]);
  if (!weight) return tf.mean(losses);
  return tf.div(tf.sum(tf.mul(losses, weight)), tf.maximum(tf.sum(weight), 1e-7));
}

function perExample(tf: typeof TensorFlow, head: Head, y: Tensor, output: Tensor): Tensor {
  switch (head.kind) {
    case 'regression':
      return tf.squaredDifference(output, y);
    case 'binary': {
      // max(x, 0) - x y + log(1 + exp(-|x|)) does not overflow.
      const softplus = tf.log1p(tf.exp(tf.neg(tf.abs(output))));
      return tf.add(tf.sub(tf.relu(output), tf.mul(output, y)), softplus);
    }
    case 'multiclass': {
      const classes = output.shape.at(-1) ?? 1;
      const chosen = tf.oneHot(tf.cast(tf.reshape(y, [-1]), 'int32'), classes);
      return tf.neg(tf.sum(tf.mul(tf.cast(chosen, 'float32'), tf.logSoftmax(output)), -1));
    }
  }
}

/** The prediction that the network's output means: the number itself, or probabilities. */
export function headPrediction(tf: typeof TensorFlow, head: Head, output: Tensor): Tensor {
  if (head.kind === 'regression') return output;
  return head.kind === 'binary' ? tf.sigmoid(output) : tf.softmax(output);
}
