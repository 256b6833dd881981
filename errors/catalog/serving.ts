import type { Catalog } from './catalog.js';

export const serving = {
  SERVING_PORT_TAKEN: {
    kind: 'unavailable',
    retryable: true,
    headline: 'The port for the model server is taken.',
    why: 'Another program listens there.',
    fix: 'Choose another with `--port`, or 0 for any free one.',
  },
  SERVING_START_FAILED: {
    kind: 'unavailable',
    retryable: true,
    headline: 'The model server did not start.',
    why: 'Its process ended or gave no address in time.',
    fix: 'Read the log in the message; `tfx-temporal doctor` checks what the server needs.',
  },
  SERVING_ARGUMENTS_INVALID: {
    kind: 'usage',
    retryable: false,
    headline: 'The arguments of the model server are not understood.',
    why: 'A model is given as NAME=BASE_PATH; a name has letters, digits, `_`, `-` and `.`.',
    fix: 'Use e.g. `serve penguin=./serving/penguin --port 8501`.',
  },
} as const satisfies Catalog;
