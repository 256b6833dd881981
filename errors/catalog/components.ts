import type { Catalog } from './catalog.js';

export const components = {
  OUTPUT_MISSING: {
    kind: 'config',
    retryable: false,
    headline: 'A component ended without one of its outputs.',
    why: 'Channels that are not in `optionalOutputs` are promised to the pipeline.',
    fix: 'Let the driver give the output, or name the channel in `optionalOutputs` of the contract.',
  },
  EXECUTOR_MISSING: {
    kind: 'config',
    retryable: false,
    headline: 'A component has no executor.',
    why: 'Its contract says that it runs an executor, but its implementation gives none.',
    fix: 'Pass an executor to `implement`, or set `runs: "driver"` in the contract.',
  },
} as const satisfies Catalog;
