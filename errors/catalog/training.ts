import type { Catalog } from './catalog.js';

export const training = {
  TENSORFLOW_MISSING: {
    kind: 'unavailable',
    retryable: false,
    headline: 'TensorFlow is not installed on this machine.',
    why: 'Training, evaluating and serving models run on @tensorflow/tfjs-node and the libtensorflow library, which are optional.',
    fix: 'Run `npx tfx-temporal setup` (in this repository: `npm run setup`), then start the worker again.',
  },
  MODEL_UNREADABLE: {
    kind: 'model',
    retryable: false,
    headline: 'A folder does not hold a SavedModel that TensorFlow can load.',
    why: 'A SavedModel is a folder with `saved_model.pb` and, unless it has no weights, `variables/`.',
    fix: 'Check that the path is the folder that holds saved_model.pb (for a Model artifact: its Format-Serving folder).',
  },
  MODEL_SIGNATURE_MISSING: {
    kind: 'model',
    retryable: false,
    headline: 'A SavedModel does not have the signature that was asked for.',
    why: 'A signature names what a SavedModel takes and gives; each model brings its own.',
    fix: 'Ask for one of the signatures that the model has.',
  },
  MODEL_INPUT_INVALID: {
    kind: 'model',
    retryable: false,
    headline: 'The values given to a model do not fit its inputs.',
    why: 'Each input of a signature has a type and a shape, and every input must be given.',
    fix: 'Give every input of the signature with values of its type, as many as its shape says.',
  },
  MODEL_RUN_FAILED: {
    kind: 'model',
    retryable: false,
    headline: 'TensorFlow could not run a model.',
    why: 'An op of the graph refused its inputs.',
    fix: 'Read the message of the op; check the shapes and values that were given.',
  },
} as const satisfies Catalog;
