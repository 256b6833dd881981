import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs-node';
import type { TensorFlow } from '../tensorflow/tensorflow.js';
import { applyGradient, slotsOf, type Optimizer } from './optimizer.js';

/** The name of the variable that counts steps. */
export const ITERATIONS = 'iterations';

/** A network with its loss, on rows of a feature matrix. */
export interface Network {
  /** All weights by name. */
  readonly weights: ReadonlyMap<string, Variable>;
  /** Names of the weights that training moves. */
  readonly trainable: readonly string[];
  /** @param x - float32 `[batch, features]`. */
  readonly apply: (x: Tensor, training: boolean) => Tensor;
  /** Mean loss of a batch: `y` float32 `[batch, 1]`, `weight` of examples `[batch]`. */
  readonly loss: (y: Tensor, output: Tensor, weight: Tensor | undefined) => Scalar;
  /** Losses that layers add for their weights (regularizers). */
  readonly penalties: () => Tensor[];
}

/** One step of training as tfjs runs it: the fallback, and what is traced. */
export class TrainingStep {
  readonly network: Network;
  readonly optimizer: Optimizer;
  /** All that a step may change: weights, the optimizer's accumulators, the count of steps. */
  readonly state: ReadonlyMap<string, Variable>;
  readonly #tf: typeof TensorFlow;
  readonly #slots = new Map<string, Record<string, Variable>>();

  constructor(tf: typeof TensorFlow, network: Network, optimizer: Optimizer) {
    this.#tf = tf;
    this.network = network;
    this.optimizer = optimizer;
    const state = new Map(network.weights);
    for (const name of network.trainable) {
      const weight = this.#weight(name);
      const slots = Object.entries(slotsOf(optimizer)).map(([slot, start]) => {
        const variable = tf.variable(tf.fill(weight.shape, start), false);
        state.set(`${optimizer.name}/${slot}/${name}`, variable);
        return [slot, variable] as const;
      });
      this.#slots.set(name, Object.fromEntries(slots));
    }
    state.set(ITERATIONS, tf.variable(tf.scalar(0), false));
    this.state = state;
  }

  /** The mean loss of a batch and the gradient of every trainable weight, in their order. */
  gradients(x: Tensor, y: Tensor, weight: Tensor | undefined): { loss: Scalar; gradients: Tensor[] } {
    const { network } = this;
    const variables = network.trainable.map((name) => this.#weight(name));
    const { value, grads } = this.#tf.variableGrads(() => {
      const loss = network.loss(y, network.apply(x, true), weight);
      return network.penalties().reduce<Tensor>((sum, penalty) => this.#tf.add(sum, penalty), loss) as Scalar;
    }, variables);
    const zero = (variable: Variable) => this.#tf.zerosLike(variable);
    return { loss: value, gradients: variables.map((variable) => grads[variable.name] ?? zero(variable)) };
  }

  /** Runs one step. @returns the loss before it. */
  run(x: Tensor, y: Tensor, weight: Tensor | undefined, learningRate: Scalar): Scalar {
    const iterations = this.state.get(ITERATIONS) as Variable;
    return this.#tf.tidy(() => {
      const { loss, gradients } = this.gradients(x, y, weight);
      iterations.assign(this.#tf.add(iterations, 1));
      this.network.trainable.forEach((name, index) =>
        applyGradient(this.#tf, this.optimizer, {
          weight: this.#weight(name),
          slots: this.#slots.get(name) ?? {},
          gradient: gradients[index] as Tensor,
          learningRate,
          step: iterations as unknown as Scalar,
        }),
      );
      return loss;
    });
  }

  /** Frees the accumulators; the weights stay. */
  dispose(): void {
    for (const [name, variable] of this.state) if (!this.network.weights.has(name)) variable.dispose();
  }

  #weight(name: string): Variable {
    const weight = this.network.weights.get(name);
    if (!weight) throw new TypeError(`The network has no weight ${name}.`);
    return weight;
  }
}

/** Sets a variable to values of its shape. */
export function assignValues(tf: typeof TensorFlow, variable: Variable, values: Float32Array): void {
  tf.tidy(() => {
    variable.assign(tf.tensor(values, variable.shape));
  });
}
