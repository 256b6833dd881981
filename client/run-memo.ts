import { msToNumber } from '@temporalio/common/lib/time.js';
import type { Duration as TemporalDuration } from '@temporalio/common';
import type { Duration } from '../components/contract.js';
import type * as options from '../workflows/run-options.js';
import type * as status from '../workflows/status.js';

/*
 * The workflow's own names for memos: only their types may be imported here.
 */
const NO_CACHE_MEMO: typeof status.NO_CACHE_MEMO = 'tfxNoCache';
const RUN_OPTIONS_MEMO: typeof options.RUN_OPTIONS_MEMO = 'tfxRun';

/** `fail`; `skip`: the run ends as SKIPPED; `wait`: look again `every` so often (default: 30 seconds) up to a deadline. */
export type MissingData = 'fail' | 'skip' | { readonly wait: Duration; readonly every?: Duration };

export interface MemoFacts extends Omit<options.RunOptions, 'onMissing' | 'noCache'> {
  readonly onMissing?: MissingData;
  readonly cache?: boolean;
}

/** How a run shall go, as its memo says it to the workflow. */
export function runMemo(facts: MemoFacts): Record<string, unknown> {
  const { nominalTime, timezone, span, skipUnchanged, repeat, verify, onMissing, cache } = facts;
  const run: Record<string, unknown> = {
    nominalTime,
    timezone,
    span,
    skipUnchanged,
    repeat,
    verify,
    onMissing: policy(onMissing),
  };
  const given = Object.entries(run).filter(([, value]) => value !== undefined);
  return {
    ...(given.length === 0 ? {} : { [RUN_OPTIONS_MEMO]: Object.fromEntries(given) }),
    ...(cache === false ? { [NO_CACHE_MEMO]: true } : {}),
  };
}

function policy(onMissing: MissingData | undefined): options.RunOptions['onMissing'] {
  if (typeof onMissing !== 'object') return onMissing;
  return { waitMs: milliseconds(onMissing.wait), everyMs: milliseconds(onMissing.every ?? '30 seconds') };
}

const milliseconds = (duration: Duration): number => msToNumber(duration as TemporalDuration);
