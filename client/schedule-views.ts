import type { Client, ScheduleDescription, ScheduleSummary } from '@temporalio/client';
import { endsOfRuns, type ScheduledRun, scheduledRuns, type ScheduledRunEnd } from './scheduled-runs.js';
import { coded, type Overlap, overlapName } from './schedules.js';

/** A schedule as people look at it. Times are ISO. */
export interface ScheduleView {
  readonly name: string;
  readonly pipeline: string;
  readonly paused: boolean;
  readonly note: string | undefined;
  /** When runs are due, in words. */
  readonly times: readonly string[];
  readonly nextRuns: readonly string[];
  /** Newest first. */
  readonly recentRuns: readonly ScheduledRun[];
}

export interface ScheduleDetails extends ScheduleView {
  readonly recentRuns: readonly ScheduledRunEnd[];
  /** The newest of them that failed or timed out. */
  readonly lastFailure: ScheduledRunEnd | undefined;
  readonly parameters: unknown;
  /** How runs go, e.g. what happens when data is missing. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly taskQueue: string;
  readonly policies: { readonly overlap: Overlap; readonly catchupMs: number; readonly pauseOnFailure: boolean };
  readonly runsSoFar: number;
  readonly runsMissed: number;
  readonly runsSkippedByOverlap: number;
  /** Runs that are due and wait for another one to end. */
  readonly runsWaiting: number;
  readonly running: readonly string[];
}

/** The schedules of pipelines, by name. */
export async function listSchedules(client: Client): Promise<ScheduleView[]> {
  return await coded('', async () => {
    const found: ScheduleView[] = [];
    for await (const summary of client.schedule.list()) {
      if (summary.memo?.['tfxPipeline'] !== undefined) found.push(summaryView(summary));
    }
    return found.sort((a, b) => (a.name < b.name ? -1 : 1));
  });
}

/** @throws PipelineError SCHEDULE_NOT_FOUND */
export async function describeSchedule(client: Client, name: string): Promise<ScheduleDetails> {
  const description = await coded(name, () => client.schedule.getHandle(name).describe());
  const { action, policies, info, state } = description;
  const recentRuns = await coded(name, () => endsOfRuns(client, info.recentActions));
  return {
    name,
    pipeline: action.workflowType,
    paused: state.paused,
    note: state.note ?? undefined,
    times: timesOf(description.spec),
    nextRuns: info.nextActionTimes.map(iso),
    recentRuns,
    lastFailure: recentRuns.find(({ state }) => FAILURES.has(state)),
    parameters: action.args?.[0] ?? {},
    options: (action.memo?.['tfxRun'] ?? {}) as Readonly<Record<string, unknown>>,
    taskQueue: action.taskQueue,
    policies: {
      overlap: overlapName(policies.overlap),
      catchupMs: policies.catchupWindow,
      pauseOnFailure: policies.pauseOnFailure,
    },
    runsSoFar: info.numActionsTaken,
    runsMissed: info.numActionsMissedCatchupWindow,
    runsSkippedByOverlap: info.numActionsSkippedOverlap,
    runsWaiting: Number(description.raw.info?.bufferSize ?? 0),
    running: info.runningActions.map(({ workflow }) => workflow.workflowId),
  };
}

/** Temporal's words. */
const FAILURES: ReadonlySet<string> = new Set(['FAILED', 'TIMED_OUT']);

function summaryView({ scheduleId, action, state, spec, info, memo }: ScheduleSummary): ScheduleView {
  return {
    name: scheduleId,
    pipeline: action?.workflowType ?? String(memo?.['tfxPipeline']),
    paused: state.paused,
    note: state.note ?? undefined,
    times: spec === undefined ? [] : timesOf(spec),
    nextRuns: info.nextActionTimes.map(iso),
    recentRuns: scheduledRuns(info.recentActions),
  };
}

/** The server turns cron expressions into calendars, so these are said in cron's own order. */
function timesOf({ intervals, calendars, timezone, jitter }: ScheduleDescription['spec']): string[] {
  const zone = timezone === undefined || timezone === '' || timezone === 'UTC' ? '' : ` (${timezone})`;
  const late = jitter === undefined || jitter === 0 ? '' : `, up to ${durationText(jitter)} late`;
  return [
    ...(intervals ?? []).map(
      ({ every, offset }) => `every ${durationText(every)}${offset ? ` + ${durationText(offset)}` : ''}${late}`,
    ),
    ...(calendars ?? []).map((calendar) => `${commentOf(calendar) ?? cronOf(calendar)}${zone}${late}`),
  ];
}

type Calendar = NonNullable<ScheduleDescription['spec']['calendars']>[number];

/** The server gives an empty one where none was given. */
const commentOf = ({ comment }: Calendar): string | undefined => (comment === '' ? undefined : comment);

function cronOf({ minute, hour, dayOfMonth, month, dayOfWeek }: Calendar): string {
  return [minute, hour, dayOfMonth, month, dayOfWeek].map((ranges) => rangesText(ranges)).join(' ');
}

function rangesText(ranges: readonly { start: number | string; end: number | string; step: number }[]): string {
  const text = ranges.map(({ start, end, step }) => {
    const range = start === end ? String(start) : `${start}-${end}`;
    return step > 1 ? `${range}/${step}` : range;
  });
  return text.length === 0 ? '*' : FULL.has(text.join(',')) ? '*' : text.join(',');
}

/** Ranges that mean "each". */
const FULL: ReadonlySet<string> = new Set(['0-59', '0-23', '1-31', 'JANUARY-DECEMBER', 'SUNDAY-SATURDAY']);

const iso = (time: Date): string => time.toISOString();

/** A duration in the largest unit of which it is a whole number, e.g. `90 min`. */
export function durationText(ms: number): string {
  const [unit, length] = UNITS.find(([, size]) => ms % size === 0) ?? ['s', 1000];
  return `${ms / length} ${unit}`;
}

const UNITS = [
  ['h', 3_600_000],
  ['min', 60_000],
] as const;
