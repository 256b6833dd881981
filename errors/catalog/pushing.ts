import type { Catalog } from './catalog.js';

export const pushing = {
  PUSH_DESTINATION_UNWRITABLE: {
    kind: 'unavailable',
    retryable: true,
    headline: 'The push destination cannot be written.',
    why: 'The folder is missing its permissions, its disk is full, or it is not mounted.',
    fix: 'Make the folder writable for the user that the worker runs as, then run again or wait for the retry.',
  },
  PUSH_VERSION_TAKEN: {
    kind: 'artifact',
    retryable: false,
    headline: 'Another model lies at the version that this push was given.',
    why: 'A version of a served model never changes: servers and lineage rely on it.',
    fix: 'Run the pipeline again: it gets a new version. If something else writes to the destination, give it its own.',
  },
  PUSH_MODEL_MISSING: {
    kind: 'artifact',
    retryable: false,
    headline: 'The Model artifact holds no SavedModel.',
    why: 'Pusher copies `Format-Serving/saved_model.pb` and what belongs to it.',
    fix: 'Check the Trainer, or the folder that was imported as a Model.',
  },
} as const satisfies Catalog;
