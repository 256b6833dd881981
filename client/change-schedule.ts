import type { Client } from '@temporalio/client';
import { PipelineError } from '../errors/pipeline-error.js';
import { runMemo } from './run-memo.js';
import {
  coded,
  type Overlap,
  overlapPolicy,
  readTime,
  type SchedulePolicies,
  type ScheduleRunOptions,
  type ScheduleTimes,
  specOf,
} from './schedules.js';

/** What an update changes; all else stays. */
export type ScheduleChange = ScheduleTimes & SchedulePolicies & ScheduleRunOptions & { readonly note?: string };

const TIMES = ['cron', 'every', 'calendar', 'offset', 'timezone', 'jitter', 'startAt', 'endAt'] as const;
const RUN_OPTIONS = ['onMissing', 'skipUnchanged', 'cache'] as const;

/**
 * Changes a schedule. Parameters are merged by name; times are replaced as a whole when any is given.
 * @throws PipelineError SCHEDULE_NOT_FOUND, SCHEDULE_INVALID
 */
export async function updateSchedule(client: Client, name: string, change: ScheduleChange): Promise<void> {
  await coded(name, () =>
    client.schedule.getHandle(name).update((found) => {
      const { action, policies } = found;
      const memo = RUN_OPTIONS.some((option) => change[option] !== undefined)
        ? mergedMemo(action.memo ?? {}, runMemo(change))
        : action.memo;
      const earlier = action.args?.[0] as object | undefined;
      return {
        ...found,
        spec: TIMES.some((time) => change[time] !== undefined) ? specOf(change) : found.spec,
        action: {
          ...action,
          args: [{ ...earlier, ...change.parameters }],
          taskQueue: change.taskQueue ?? action.taskQueue,
          ...(memo === undefined ? {} : { memo }),
        },
        policies: {
          overlap: change.overlap === undefined ? policies.overlap : overlapPolicy(change.overlap),
          catchupWindow: change.catchup ?? policies.catchupWindow,
          pauseOnFailure: change.pauseOnFailure ?? policies.pauseOnFailure,
        },
        state: { ...found.state, ...(change.note === undefined ? {} : { note: change.note }) },
      };
    }),
  );
}

function mergedMemo(before: Record<string, unknown>, change: Record<string, unknown>): Record<string, unknown> {
  const run = { ...(before['tfxRun'] as object | undefined), ...(change['tfxRun'] as object | undefined) };
  return { ...before, ...change, ...(Object.keys(run).length === 0 ? {} : { tfxRun: run }) };
}

export const pauseSchedule = (client: Client, name: string, note?: string): Promise<void> =>
  coded(name, () => client.schedule.getHandle(name).pause(note));

export const unpauseSchedule = (client: Client, name: string, note?: string): Promise<void> =>
  coded(name, () => client.schedule.getHandle(name).unpause(note));

/** Starts a run now; its nominal time is now. */
export const triggerSchedule = (client: Client, name: string, overlap: Overlap = 'allowAll'): Promise<void> =>
  coded(name, () => client.schedule.getHandle(name).trigger(overlapPolicy(overlap)));

export const deleteSchedule = (client: Client, name: string): Promise<void> =>
  coded(name, () => client.schedule.getHandle(name).delete());

export interface Backfill {
  /** The first and last nominal time, both included: a Date or ISO text. */
  readonly from: Date | string;
  readonly to: Date | string;
  /** (Default: `bufferAll`: one after the other, oldest first) */
  readonly overlap?: Overlap;
}

/**
 * Makes the runs that were due in a past time, each with its own nominal time.
 * @throws PipelineError SCHEDULE_NOT_FOUND, SCHEDULE_INVALID
 */
export async function backfillSchedule(client: Client, name: string, backfill: Backfill): Promise<void> {
  const start = readTime(backfill.from);
  const end = readTime(backfill.to);
  if (end < start) {
    throw new PipelineError('SCHEDULE_INVALID', {
      what: `The backfill ends at ${end.toISOString()}, before it begins at ${start.toISOString()}.`,
      fix: 'Give the earlier time as `from`.',
    });
  }
  // Temporal leaves out what is due exactly at the start.
  const from = new Date(start.getTime() - 1);
  await coded(name, () =>
    client.schedule
      .getHandle(name)
      .backfill({ start: from, end, overlap: overlapPolicy(backfill.overlap ?? 'bufferAll') }),
  );
}
