import type { Catalog } from './catalog.js';

export const worker = {
  CONFIG_NOT_FOUND: {
    kind: 'config',
    retryable: false,
    headline: 'There is no tfx.config.ts here or in a folder above.',
    why: 'It names the pipelines and modules of a project.',
    fix: 'Go to your project, or write a tfx.config.ts: `export default defineConfig({ pipelines: ["pipeline.ts"], modules: {} })`.',
  },
  CONFIG_INVALID: {
    kind: 'config',
    retryable: false,
    headline: 'The configuration file tfx.config.ts is not valid.',
    why: 'The worker and the command line read it before anything else.',
    fix: 'Correct what is named; `defineConfig` makes the editor show what is allowed.',
  },
  PIPELINE_UNKNOWN: {
    kind: 'usage',
    retryable: false,
    headline: 'There is no pipeline of that name.',
    why: 'A pipeline is known by the name under which a file of `pipelines` in tfx.config.ts exports it.',
    fix: 'Use one of the names that exist, or add the file to `pipelines` in tfx.config.ts.',
  },
  WORKFLOW_BUNDLE_FAILED: {
    kind: 'config',
    retryable: false,
    headline: 'The pipelines could not be bundled for the workflow sandbox.',
    why: 'Pipeline code is deterministic: it may import `tfx-temporal/workflows` and plain functions, but no Node built-ins and no executors.',
    fix: 'Correct the named file; use `import type` for types of other code, and move side effects into components.',
  },
  ACTIVITY_NAME_TAKEN: {
    kind: 'config',
    retryable: false,
    headline: 'Two activities of one worker have the same name.',
    why: 'Temporal registers activities by name and would silently keep one of them.',
    fix: 'Rename your activity; `tfx.begin`, `tfx.publish`, `tfx.finish` and the names of components are ours.',
  },
  COMPONENT_UNKNOWN: {
    kind: 'config',
    retryable: false,
    headline: 'The worker has no implementation of a component.',
    why: 'A pipeline called a component that is neither a standard one nor registered with this worker.',
    fix: 'Add the file that exports its implementation to `components` in tfx.config.ts or `new TfxPlugin({ components })`.',
  },
  THREAD_ENDED: {
    kind: 'unavailable',
    retryable: true,
    headline: 'The thread of an executor ended without a result.',
    why: 'It ran out of memory, or native code ended it.',
    fix: 'It is tried again; if it stays, give the worker more memory or less data at once (`resources` in tfx.config.ts).',
  },
} as const satisfies Catalog;
