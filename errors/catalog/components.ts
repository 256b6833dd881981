import type { Catalog } from './catalog.js';

export const components = {
  COMPONENT_UNKNOWN: {
    kind: 'config',
    retryable: false,
    headline: 'The worker has no component of this type.',
    why: 'A component can only run on a worker that its implementation was registered with.',
    fix: 'Add the component to `components` in tfx.config.ts, and start the worker again.',
  },
  PARAMETERS_INVALID: {
    kind: 'config',
    retryable: false,
    headline: 'A component was called with parameters that its contract does not allow.',
    why: 'Parameters are checked against the component’s schema before any work starts.',
    fix: 'Correct the named parameters in the pipeline or on the command line.',
  },
  INPUTS_INVALID: {
    kind: 'config',
    retryable: false,
    headline: 'A component was called with inputs that its contract does not allow.',
    why: 'Each input channel takes a fixed artifact type, and one, at most one, or at least one artifact.',
    fix: 'Pass the named channel the artifact type that it takes.',
  },
  OUTPUT_MISSING: {
    kind: 'config',
    retryable: false,
    headline: 'A component ended without one of its outputs.',
    why: 'Channels that are not in `optionalOutputs` are promised to the pipeline.',
    fix: 'Let the driver give the output, or name the channel in `optionalOutputs` of the contract.',
  },
  REFERENCE_TOO_LARGE: {
    kind: 'config',
    retryable: false,
    headline: 'The facts of an artifact are too large for a workflow’s history.',
    why: 'A reference may have 2 KiB, and an activity’s input or result 64 KiB; data belongs into the payload.',
    fix: 'Write long values into a file of the artifact and keep short facts as properties.',
  },
  EXECUTOR_FAILED: {
    kind: 'model',
    retryable: true,
    headline: 'A component’s code threw an error that has no code of its own.',
    why: 'It may be a bug in user code or in a component; it is tried again as often as the component’s attempts allow.',
    fix: 'Read the message and the stack that `tfx-temporal show` prints for the execution.',
  },
  EXECUTOR_MISSING: {
    kind: 'config',
    retryable: false,
    headline: 'A component has no executor.',
    why: 'Its contract says that it runs an executor, but its implementation gives none.',
    fix: 'Pass an executor to `implement`, or set `runs: "driver"` in the contract.',
  },
} as const satisfies Catalog;
