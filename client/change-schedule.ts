import type { Client } from '@temporalio/client';
import { msToTs, tsToMs } from '@temporalio/common/lib/time.js';
import { PipelineError } from '../errors/pipeline-error.js';
import { runMemo } from './run-memo.js';
import { beginOf, changedSpec, endOf, isMoment, type ScheduleTimes } from './schedule-times.js';
import {
  coded,
  type Overlap,
  overlapName,
  overlapPolicy,
  requirePausable,
  type SchedulePolicies,
  type ScheduleRunOptions,
} from './schedules.js';

/** What an update changes; all else stays. */
export type ScheduleChange = ScheduleTimes & SchedulePolicies & ScheduleRunOptions & { readonly note?: string };

const RUN_OPTIONS = ['onMissing', 'skipUnchanged', 'cache', 'timezone'] as const;

/**
 * Changes a schedule. Parameters are merged by name; `cron`, `every` and `calendar` are replaced together when any is
 * given.
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
      const overlap = change.overlap ?? overlapName(policies.overlap);
      const pauseOnFailure = change.pauseOnFailure ?? policies.pauseOnFailure;
      requirePausable({ overlap, pauseOnFailure });
      return {
        ...found,
        spec: changedSpec(found.spec, change),
        action: {
          ...action,
          args: [{ ...earlier, ...change.parameters }],
          taskQueue: change.taskQueue ?? action.taskQueue,
          ...(memo === undefined ? {} : { memo }),
        },
        policies: {
          overlap: overlapPolicy(overlap),
          catchupWindow: change.catchup ?? policies.catchupWindow,
          pauseOnFailure,
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
  /** The first and last nominal time, both included: a Date, ISO text, or days of the schedule's timezone. */
  readonly from: Date | string;
  readonly to: Date | string;
  /** (Default: `bufferAll`: one after the other, oldest first) */
  readonly overlap?: Overlap;
}

/**
 * Makes the runs that were due in a past time, each with its own nominal time; also of a schedule that is paused.
 * @returns when they were due, with jitter; no more than the server lists, a thousand
 * @throws PipelineError SCHEDULE_NOT_FOUND, SCHEDULE_INVALID, also when none was due
 */
export async function backfillSchedule(client: Client, name: string, backfill: Backfill): Promise<readonly Date[]> {
  const handle = client.schedule.getHandle(name);
  const { spec } = await coded(name, () => handle.describe());
  const start = beginOf(backfill.from, spec.timezone ?? 'UTC');
  const end = endOf(backfill.to, spec.timezone ?? 'UTC');
  if (end < start) {
    throw new PipelineError('SCHEDULE_INVALID', {
      what: `The backfill ends at ${end.toISOString()}, before it begins at ${start.toISOString()}.`,
      fix: 'Give the earlier time as `from`.',
    });
  }
  // Temporal leaves out what is due exactly at the start, and compares times that have their jitter.
  const jitterMs = isMoment(backfill.to) ? (spec.jitter ?? 0) : 0;
  const range = { start: new Date(start.getTime() - 1), end: new Date(end.getTime() + jitterMs) };
  return await coded(name, async () => {
    const due = await dueBetween(client, name, range);
    if (due.length === 0) {
      throw new PipelineError('SCHEDULE_INVALID', {
        what: `No run of ${name} was due from ${start.toISOString()} to ${end.toISOString()}.`,
        fix: `Choose a time that has one; \`schedule describe ${name}\` says when runs are due.`,
      });
    }
    await handle.backfill({ ...range, overlap: overlapPolicy(backfill.overlap ?? 'bufferAll') });
    return due;
  });
}

async function dueBetween(client: Client, scheduleId: string, { start, end }: { start: Date; end: Date }) {
  const { namespace } = client.options;
  const { startTime } = await client.workflowService.listScheduleMatchingTimes({
    namespace,
    scheduleId,
    startTime: msToTs(start.getTime()),
    endTime: msToTs(end.getTime()),
  });
  return startTime.map((time) => new Date(tsToMs(time)));
}
