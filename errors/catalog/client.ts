import type { Catalog } from './catalog.js';

export const client = {
  TEMPORAL_UNAVAILABLE: {
    kind: 'unavailable',
    retryable: true,
    headline: 'The Temporal server does not answer.',
    why: 'Runs are started, watched and recorded there.',
    fix: 'See that the server runs and that TEMPORAL_ADDRESS names it; without TEMPORAL_ADDRESS the command line brings its own.',
  },
  RUN_EXISTS: {
    kind: 'usage',
    retryable: false,
    headline: 'A run of that name is going on already.',
    why: 'The name is part of the workflow id, so that nobody trains the same thing twice by accident.',
    fix: 'Join it (`onDuplicate: "join"`), wait for its end, or start one under another name.',
  },
  RUN_NOT_FOUND: {
    kind: 'usage',
    retryable: false,
    headline: 'There is no such run.',
    why: 'Temporal keeps runs for its retention time, by workflow id `<pipeline>/<name>`.',
    fix: 'See `tfx-temporal runs` for those that exist.',
  },
  RUN_FAILED: {
    kind: 'unavailable',
    retryable: false,
    headline: 'The run failed.',
    why: 'One of its components failed for good.',
    fix: 'Read the message; Temporal’s UI shows the whole history.',
  },
  RUN_TERMINATED: {
    kind: 'usage',
    retryable: false,
    headline: 'The run was terminated or timed out.',
    why: 'Unlike a cancelled run, a terminated one cannot record its end.',
    fix: 'Start it again; finished components are reused from the cache.',
  },
} as const satisfies Catalog;
