import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs-node';
import type { TensorFlow } from '../tensorflow/tensorflow.js';

/** How weights follow their gradients. The formulas and defaults are Keras'. The learning rate is given per step. */
export type Optimizer =
  | { readonly name: 'adam'; readonly beta1: number; readonly beta2: number; readonly epsilon: number }
  | { readonly name: 'sgd'; readonly momentum: number; readonly nesterov: boolean }
  | { readonly name: 'rmsprop'; readonly rho: number; readonly momentum: number; readonly epsilon: number }
  | { readonly name: 'adagrad'; readonly initialAccumulator: number; readonly epsilon: number };

/** The accumulators that an optimizer keeps for each weight, and what they start with. */
export function slotsOf(optimizer: Optimizer): Readonly<Record<string, number>> {
  switch (optimizer.name) {
    case 'adam':
      return { m: 0, v: 0 };
    case 'sgd':
      return optimizer.momentum > 0 ? { momentum: 0 } : {};
    case 'rmsprop':
      return optimizer.momentum > 0 ? { velocity: 0, momentum: 0 } : { velocity: 0 };
    case 'adagrad':
      return { accumulator: optimizer.initialAccumulator };
  }
}

export interface UpdateFacts {
  readonly weight: Variable;
  readonly slots: Readonly<Record<string, Variable>>;
  readonly gradient: Tensor;
  readonly learningRate: Scalar;
  /** The number of this step, from 1: float32. */
  readonly step: Scalar;
}

/** Moves one weight by its gradient, in tfjs ops. */
export function applyGradient(tf: typeof TensorFlow, optimizer: Optimizer, facts: UpdateFacts): void {
  const delta = step(tf, optimizer, facts);
  facts.weight.assign(tf.sub(facts.weight, delta));
}

function step(tf: typeof TensorFlow, optimizer: Optimizer, facts: UpdateFacts): Tensor {
  switch (optimizer.name) {
    case 'adam':
      return adam(tf, optimizer, facts);
    case 'sgd':
      return sgd(tf, optimizer, facts);
    case 'rmsprop':
      return rmsprop(tf, optimizer, facts);
    case 'adagrad': {
      const accumulator = slot(facts, 'accumulator');
      accumulator.assign(tf.add(accumulator, tf.square(facts.gradient)));
      return tf.div(tf.mul(facts.gradient, facts.learningRate), tf.sqrt(tf.add(accumulator, optimizer.epsilon)));
    }
  }
}

/** Kingma and Ba (2015), in the form of section 2's last paragraph: epsilon is outside of the bias correction. */
function adam(tf: typeof TensorFlow, optimizer: Extract<Optimizer, { name: 'adam' }>, facts: UpdateFacts): Tensor {
  // TensorFlow's fused op knows the betas as float32 only, and takes them from 1 there.
  const [beta1, beta2] = [Math.fround(optimizer.beta1), Math.fround(optimizer.beta2)];
  const [m, v] = [slot(facts, 'm'), slot(facts, 'v')];
  m.assign(tf.add(m, tf.mul(tf.sub(facts.gradient, m), 1 - beta1)));
  v.assign(tf.add(v, tf.mul(tf.sub(tf.square(facts.gradient), v), 1 - beta2)));
  const correction = (beta: number) => tf.sub(1, tf.pow(beta, facts.step));
  const rate = tf.div(tf.mul(facts.learningRate, tf.sqrt(correction(beta2))), correction(beta1));
  return tf.div(tf.mul(rate, m), tf.add(tf.sqrt(v), optimizer.epsilon));
}

function sgd(tf: typeof TensorFlow, optimizer: Extract<Optimizer, { name: 'sgd' }>, facts: UpdateFacts): Tensor {
  const move = tf.mul(facts.gradient, facts.learningRate);
  if (optimizer.momentum === 0) return move;
  const momentum = slot(facts, 'momentum');
  momentum.assign(tf.add(tf.mul(momentum, optimizer.momentum), move));
  return optimizer.nesterov ? tf.add(tf.mul(momentum, optimizer.momentum), move) : momentum;
}

function rmsprop(
  tf: typeof TensorFlow,
  optimizer: Extract<Optimizer, { name: 'rmsprop' }>,
  facts: UpdateFacts,
): Tensor {
  const velocity = slot(facts, 'velocity');
  const squared = tf.mul(tf.square(facts.gradient), 1 - optimizer.rho);
  velocity.assign(tf.add(tf.mul(velocity, optimizer.rho), squared));
  const move = tf.div(tf.mul(facts.gradient, facts.learningRate), tf.sqrt(tf.add(velocity, optimizer.epsilon)));
  if (optimizer.momentum === 0) return move;
  const momentum = slot(facts, 'momentum');
  momentum.assign(tf.add(tf.mul(momentum, optimizer.momentum), move));
  return momentum;
}

function slot(facts: UpdateFacts, name: string): Variable {
  const found = facts.slots[name];
  if (!found) throw new TypeError(`The optimizer keeps no ${name}.`);
  return found;
}
