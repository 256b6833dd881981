import type { LayersModel, Tensor } from '@tensorflow/tfjs-node';
import type { TensorFlow } from '../../graph/tensorflow/tensorflow.js';
import { noteUniform } from '../../graph/tracing/record.js';

type Layer = LayersModel['layers'][number];
interface DropoutLayer {
  readonly rate: number;
  call(inputs: Tensor | Tensor[], options: { readonly training?: boolean }): Tensor;
}

/** Makes dropout depend on the seed and the step alone. tfjs's own draws its masks anew in JavaScript. */
export class SeededDropout {
  /** Masks of the eager loop are drawn from the step's number. */
  step = 0;
  readonly layers: number;

  constructor(tf: typeof TensorFlow, model: LayersModel, seed: number) {
    const found = nestedLayers(model).filter((layer) => layer.getClassName() === 'Dropout');
    this.layers = found.length;
    found.forEach((layer, stream) => this.#replace(tf, layer as unknown as DropoutLayer, { stream, seed }));
  }

  #replace(tf: typeof TensorFlow, layer: DropoutLayer, { stream, seed }: { stream: number; seed: number }): void {
    const { rate } = layer;
    layer.call = (inputs, { training }) => {
      const x = [inputs].flat()[0] as Tensor;
      if (training !== true || rate === 0) return x;
      return tf.tidy(() => {
        const draw = tf.randomUniform(x.shape, 0, 1, 'float32', `${seed} ${stream} ${this.step}`);
        noteUniform(draw, stream);
        return tf.div(tf.mul(x, tf.cast(tf.greaterEqual(draw, rate), 'float32')), 1 - rate);
      });
    };
  }
}

function nestedLayers(model: LayersModel): Layer[] {
  return model.layers.flatMap((layer) => ('layers' in layer ? nestedLayers(layer as unknown as LayersModel) : [layer]));
}
