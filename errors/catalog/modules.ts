import type { Catalog } from './catalog.js';

export const modules = {
  MODULE_UNKNOWN: {
    kind: 'config',
    retryable: false,
    headline: 'A component names a module that the worker does not know.',
    why: 'Workflow inputs name a module and never carry code, so the worker must have it registered under that name.',
    fix: 'Add it to `modules` in tfx.config.ts, e.g. `modules: { wine: "examples/wine/module.ts" }`, or to `new TfxPlugin({ modules })`.',
  },
  MODULE_BUNDLE_FAILED: {
    kind: 'config',
    retryable: false,
    headline: 'A file of user code does not compile.',
    why: 'Modules, components and the configuration are bundled by esbuild before they are loaded.',
    fix: 'Correct the named line; when a package is missing, install it.',
  },
  MODULE_LOAD_FAILED: {
    kind: 'config',
    retryable: false,
    headline: 'A file of user code threw an error while it was loaded.',
    why: 'Its top-level statements run when it is imported.',
    fix: 'Correct the error that is named; import it with node to see the whole stack.',
  },
  MODULE_MISMATCH: {
    kind: 'unavailable',
    retryable: true,
    headline: 'The executor ran another version of a module than begin saw.',
    why: 'During a rolling deployment two workers have two versions; recording the result would poison the cache.',
    fix: 'Nothing, usually: it is tried again, and then recorded as what ran. If it stays, restart the workers so that all have the same code.',
  },
} as const satisfies Catalog;
