import type { Catalog } from './catalog.js';

export const workflows = {
  CALL_NOT_AWAITED: {
    kind: 'config',
    retryable: false,
    headline: 'A component was called but its result was never awaited.',
    why: 'A component call starts only when it is awaited, so this node would silently not run.',
    fix: 'Put `await` before the call, or remove it.',
  },
  CALL_OUTSIDE_PIPELINE: {
    kind: 'config',
    retryable: false,
    headline: 'A component was called outside of a running pipeline.',
    why: 'A component call schedules activities, which only a workflow made by `pipeline()` can do and record.',
    fix: 'Call it inside the function that you give to `pipeline(parameters, async (p) => { … })`, and start that pipeline with `tfx-temporal run`.',
  },
  NODE_DUPLICATE: {
    kind: 'config',
    retryable: false,
    headline: 'Two component calls of one run have the same node id.',
    why: 'The node id names the execution in lineage, in the cache and in Temporal, so it must be unique in a run.',
    fix: 'Give each further call an id of its own: `statisticsGen({ examples }, { id: "StatisticsGen[serving]" })`.',
  },
  NODE_ID_INVALID: {
    kind: 'config',
    retryable: false,
    headline: 'A node id has characters that cannot be part of a path.',
    why: 'The node id becomes part of activity ids and of the paths under the artifact root.',
    fix: 'Use 1 to 100 letters, digits, `_`, `-`, `.`, `[` and `]`, starting with a letter, not ending in .begin, .publish or .fail.',
  },
  INPUT_INVALID: {
    kind: 'config',
    retryable: false,
    headline: 'A component call got an input that its contract does not take.',
    why: 'Each input channel takes artifacts of one type; a missing or wrong one would only fail later and less clearly.',
    fix: 'Pass the output of the component that makes this artifact type; the compiler shows which one when types are not cast away.',
  },
  PAYLOAD_TOO_LARGE: {
    kind: 'config',
    retryable: false,
    headline: 'Something too large was about to enter the workflow history.',
    why: 'History carries references, never data: large payloads slow every replay and fail at the server for ever.',
    fix: 'Put the data into a file and pass its path or an artifact; shorten lists in parameters and properties.',
  },
  PARAMETERS_INVALID: {
    kind: 'usage',
    retryable: false,
    headline: 'Parameters do not fit their schema.',
    why: 'They are checked before anything runs, all problems at once, so that a typing error costs no training.',
    fix: 'Correct the named parameters; the schema stands beside the pipeline or in the component contract.',
  },
  COMPONENT_TIMED_OUT: {
    kind: 'unavailable',
    retryable: true,
    headline: 'A component did not finish in its time, or its worker stopped answering, on every attempt.',
    why: 'An attempt that exceeds the timeout, or whose worker sends no heartbeat for 15 seconds, is given up and tried again.',
    fix: 'See that a worker polls the task queue; give more time by `{ timeout: "6 hours" }` or more attempts by `{ attempts: 10 }` in the call.',
  },
  PIPELINE_CANCELED: {
    kind: 'usage',
    retryable: false,
    headline: 'The run was cancelled.',
    why: 'Somebody asked for it: by the command line, the client or Temporal.',
    fix: 'Start it again when it is wanted; finished components are reused from the cache.',
  },
  UNEXPECTED_ERROR: {
    kind: 'unavailable',
    retryable: true,
    headline:
      'Something failed that has no code of its own: often the outside world (network, disk, a service), or user code.',
    why: 'It may succeed when tried again, so it is.',
    fix: 'Read the message; when it does not go away, see the worker log for the whole stack.',
  },
  INTERNAL_ERROR: {
    kind: 'determinism',
    retryable: false,
    headline: 'The code itself is wrong here: a programming error such as a TypeError.',
    why: 'Trying the same code again gives the same error.',
    fix: 'If the stack leads into your module, correct it there; if it leads into tfx-temporal, please report it with the stack.',
  },
} as const satisfies Catalog;
