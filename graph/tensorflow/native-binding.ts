import { createRequire } from 'node:module';
import { loadTensorFlow } from './tensorflow.js';

/**
 * tfjs-node's native addon. To run a SavedModel no more is needed, and without tfjs's own code it loads in a third of
 * the CPU time: that is most of what starting a model server or an evaluation costs. A thread that loads tfjs, too,
 * gets the same instance.
 *
 * @throws TENSORFLOW_MISSING
 */
export async function loadNativeBinding(): Promise<unknown> {
  // As in `loadTensorFlow`: libtensorflow reads this when it starts.
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  try {
    return createRequire(import.meta.url)('@tensorflow/tfjs-node/lib/napi-v8/tfjs_binding.node') as unknown;
  } catch {
    // Another layout of the package, or nothing at all: the long way finds it or says what is missing.
    const tf = await loadTensorFlow();
    return (tf.backend() as unknown as { binding: unknown }).binding;
  }
}
