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
  SCHEDULE_EXISTS: {
    kind: 'usage',
    retryable: false,
    headline: 'There is a schedule of that name already.',
    why: 'A schedule is known by its name alone, across all pipelines.',
    fix: 'Change it by `tfx-temporal schedule update NAME …`, or choose another name.',
  },
  SCHEDULE_NOT_FOUND: {
    kind: 'usage',
    retryable: false,
    headline: 'There is no schedule of that name.',
    why: 'It was never created here, or has been deleted.',
    fix: 'See `tfx-temporal schedule list` for those that exist.',
  },
  SCHEDULE_INVALID: {
    kind: 'usage',
    retryable: false,
    headline: 'A schedule, or a change of it, is not valid.',
    why: 'It needs at least one time (`--cron`, `--every` or `--calendar`), all of them in a form that Temporal reads.',
    fix: 'Correct what is named, e.g. `--cron "0 2 * * *"`, `--every "1 hour"`, `--calendar hour=2,dayOfWeek=MONDAY`.',
  },
} as const satisfies Catalog;
