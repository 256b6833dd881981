import type { Catalog } from './catalog.js';

export const artifacts = {
  ARTIFACT_MISSING: {
    kind: 'artifact',
    retryable: false,
    headline: 'The files of an artifact are not where lineage says they are.',
    why: 'The payload was deleted or moved, or this machine does not see the artifact root.',
    fix: 'Mount the artifact root, or run the pipeline again: an output that is gone is made again.',
  },
  ARTIFACT_CORRUPTED: {
    kind: 'artifact',
    retryable: false,
    headline: 'The files of an artifact are not those that were published.',
    why: 'Their list, size or sha256 differs from what lineage recorded.',
    fix: 'Run the pipeline again: a changed output is detected and made again.',
  },
  ARTIFACT_EMPTY: {
    kind: 'artifact',
    retryable: false,
    headline: 'A component wrote nothing into one of its outputs.',
    why: 'An output holds at least one file, unless the executor gives it properties that say why not; readers would find an empty folder.',
    fix: 'Let the executor write the output, or name it in `optionalOutputs` of the contract.',
  },
  ARTIFACT_IRREGULAR_FILE: {
    kind: 'artifact',
    retryable: false,
    headline: 'A payload holds something that is neither a file nor a folder.',
    why: 'Links, sockets and devices cannot be hashed, copied or served safely.',
    fix: 'Write regular files into outputs; copy what a link points at.',
  },
  ARTIFACT_STORE_UNAVAILABLE: {
    kind: 'unavailable',
    retryable: true,
    headline: 'The artifact store could not be read or written.',
    why: 'The disk is full or failing, or the place is not mounted or not writable.',
    fix: 'Free space, mount the place, or correct its rights; `tfx-temporal doctor` checks the artifact root.',
  },
  URI_OUTSIDE_ROOTS: {
    kind: 'config',
    retryable: false,
    headline: 'A place lies outside the configured roots.',
    why: 'Artifacts and destinations may only lie under the artifact root and the configured destination roots.',
    fix: 'Choose a place under a configured root, or add the root to tfx.config.ts.',
  },
  URI_UNSUPPORTED: {
    kind: 'config',
    retryable: false,
    headline: 'No artifact store of this worker understands the URI.',
    why: 'Artifacts lie on absolute paths, at `file://` or at `s3://` URIs.',
    fix: 'Use one of these; mount other storage as a folder.',
  },
  PROPERTY_INVALID: {
    kind: 'data',
    retryable: false,
    headline: 'A property of an artifact has a value that lineage cannot hold.',
    why: 'Properties are strings, booleans or finite numbers.',
    fix: 'Write NaN and infinite values as text, and lists or objects as JSON text.',
  },
} as const satisfies Catalog;
