import type * as TensorFlow from '@tensorflow/tfjs-node';
import { PipelineError } from '../../errors/pipeline-error.js';

export type { TensorFlow };

let loaded: Promise<typeof TensorFlow> | undefined;

/**
 * TensorFlow (tfjs-node on libtensorflow), loaded when it is first needed and once per thread.
 *
 * @throws TENSORFLOW_MISSING when the optional package or its native library is not there.
 */
export function loadTensorFlow(): Promise<typeof TensorFlow> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<typeof TensorFlow> {
  // libtensorflow reads these when its first session starts; its INFO lines would drown a worker's log.
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  try {
    const module = (await import('@tensorflow/tfjs-node')) as typeof TensorFlow & { default?: typeof TensorFlow };
    const tf = module.default ?? module;
    tf.enableProdMode();
    return tf;
  } catch (cause) {
    throw new PipelineError('TENSORFLOW_MISSING', {
      what: `TensorFlow could not be loaded: ${cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause)}`,
      cause,
    });
  }
}
