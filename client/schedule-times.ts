import type { CalendarSpec, ScheduleSpec } from '@temporalio/client';
import { isTimezone, startOfDay } from '../components/example-gen/local-time.js';
import type { Duration } from '../components/contract.js';
import { closest } from '../errors/closest.js';
import { PipelineError } from '../errors/pipeline-error.js';

/** When runs are due. At least one of `cron`, `every` and `calendar`; several add up. */
export interface ScheduleTimes {
  /** Cron expressions, e.g. `0 2 * * *`. */
  readonly cron?: string | readonly string[];
  /** E.g. `1 hour`; with `offset` from the full hour. */
  readonly every?: Duration;
  readonly offset?: Duration;
  /** Temporal's own calendars, e.g. `{ hour: 2, dayOfWeek: 'MONDAY' }`. */
  readonly calendar?: CalendarSpec | readonly CalendarSpec[];
  /** IANA name: of cron, calendars, and of the days that runs stand for. (Default: UTC) */
  readonly timezone?: string;
  /** Runs start up to this much late, at random; their nominal time stays. */
  readonly jitter?: Duration;
  /** No run is due before: a Date, ISO text, or the first day. (Default: from now on) */
  readonly startAt?: Date | string;
  /** No run is due after: a Date, ISO text, or the last day. (Default: for ever) */
  readonly endAt?: Date | string;
}

/** @throws PipelineError SCHEDULE_INVALID when no time is given, or one that cannot be */
export function specOf(times: ScheduleTimes): ScheduleSpec {
  const due = dueTimes(times);
  if (due !== undefined) return { timezone: 'UTC', ...due, ...boundsOf(times, 'UTC') };
  throw new PipelineError('SCHEDULE_INVALID', { what: 'The schedule has neither cron, nor every, nor calendar.' });
}

/** Times are replaced together; the timezone, jitter and bounds stay unless they are given. */
export function changedSpec(found: ScheduleSpec, change: ScheduleTimes): ScheduleSpec {
  return { ...found, ...dueTimes(change), ...boundsOf(change, found.timezone ?? 'UTC') };
}

/** When runs are due, if that is said. */
function dueTimes({ cron, every, offset, calendar }: ScheduleTimes): ScheduleSpec | undefined {
  if (offset !== undefined && every === undefined) {
    throw new PipelineError('SCHEDULE_INVALID', {
      what: 'An offset was given without `every`.',
      fix: 'It moves the runs of an interval, e.g. `every: "1 hour", offset: "5 minutes"`.',
    });
  }
  if (cron === undefined && every === undefined && calendar === undefined) return undefined;
  return {
    cronExpressions: listOf(cron),
    intervals: every === undefined ? [] : [{ every, ...(offset === undefined ? {} : { offset }) }],
    calendars: listOf(calendar),
  };
}

function listOf<T>(value: T | readonly T[] | undefined): T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? [...(value as readonly T[])] : [value as T];
}

/** What is given beside the times themselves. @param before the timezone that counts when none is given */
function boundsOf({ timezone, jitter, startAt, endAt }: ScheduleTimes, before: string): ScheduleSpec {
  const zone = timezone === undefined ? before : requireTimezone(timezone);
  return {
    ...(timezone === undefined ? {} : { timezone }),
    ...(jitter === undefined ? {} : { jitter }),
    ...(startAt === undefined ? {} : { startAt: beginOf(startAt, zone) }),
    ...(endAt === undefined ? {} : { endAt: endOf(endAt, zone) }),
  };
}

/** @throws PipelineError SCHEDULE_INVALID */
function readTime(time: Date | string): Date {
  const parsed = new Date(time);
  if (Number.isNaN(parsed.getTime())) {
    throw new PipelineError('SCHEDULE_INVALID', {
      what: `${String(time)} is no time.`,
      fix: 'Write it as ISO 8601, e.g. 2026-11-01 or 2026-11-01T02:00:00Z.',
    });
  }
  return parsed;
}

const DATE = /^\d{4}-\d\d-\d\d$/;
const DAY_MS = 86_400_000;

/** Whether a time is more than a day. */
export const isMoment = (time: Date | string): boolean => typeof time !== 'string' || !DATE.test(time);

/** A time as it is; of a bare date the moment when that day begins in the timezone. @throws PipelineError SCHEDULE_INVALID */
export function beginOf(time: Date | string, timezone: string): Date {
  const read = readTime(time);
  return isMoment(time) ? read : startOfDay(read.toISOString().slice(0, 10), timezone);
}

/** A time as it is; of a bare date the last moment of that day in the timezone. @throws PipelineError SCHEDULE_INVALID */
export function endOf(time: Date | string, timezone: string): Date {
  const read = readTime(time);
  if (isMoment(time)) return read;
  const next = new Date(read.getTime() + DAY_MS).toISOString().slice(0, 10);
  return new Date(startOfDay(next, timezone).getTime() - 1);
}

function requireTimezone(name: string): string {
  if (isTimezone(name)) return name;
  const near = closest(name, Intl.supportedValuesOf('timeZone'));
  throw new PipelineError('SCHEDULE_INVALID', {
    what: `There is no timezone "${name}".`,
    fix: near === undefined ? 'Use an IANA name, e.g. Europe/Berlin.' : `Did you mean ${near}?`,
  });
}
