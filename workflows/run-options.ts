import { defineSearchAttributeKey } from '@temporalio/common';
import { workflowInfo } from '@temporalio/workflow';
import type { MissingPolicy } from '../activities/protocol.js';
import { localTime } from '../components/example-gen/local-time.js';
import { NO_CACHE_MEMO } from './status.js';

/** The memo with a run's options beside its parameters: they say how to run, never what. */
export const RUN_OPTIONS_MEMO = 'tfxRun';

/** What a repeated run does with a node of the run that it repeats. */
export type RepeatedNode = 'reuse' | 'again' | 'run';

/** A run that repeats another one in part. */
export interface Repeat {
  readonly workflowId: string;
  readonly runId: string;
  /** `reuse`: take over; `again`: run, without the cache; `run`: run. A node that is not named runs. */
  readonly nodes: Readonly<Record<string, RepeatedNode>>;
  /** The run was given other parameters: a node that is taken over must not have got any of them. */
  readonly parametersChanged?: true;
  /** Set for `--to`: nodes that neither run nor are reused; reaching one ends that branch. */
  readonly leaveOut?: readonly string[];
}

/** How a run is to go; started by a schedule, `rerun`, `retrain` or a parent pipeline. */
export interface RunOptions {
  /** ISO; wins over a schedule's. */
  readonly nominalTime?: string;
  /** Of the schedule, by its IANA name: the day of the nominal time is told there. (Default: UTC) */
  readonly timezone?: string;
  readonly span?: number;
  readonly parentRunId?: string;
  /** Of every ExampleGen; a call's own option wins. */
  readonly onMissing?: MissingPolicy;
  /** End as SKIPPED when a finished run with equal parameters and code had the same examples. */
  readonly skipUnchanged?: boolean;
  readonly repeat?: Repeat;
  /** `full`: read every byte of a cached output before it is reused. */
  readonly verify?: 'full';
  readonly noCache?: boolean;
}

/** The options that this run was started with. */
export function runOptions(): RunOptions {
  const { memo } = workflowInfo();
  const given = memo?.[RUN_OPTIONS_MEMO];
  const options = typeof given === 'object' && given !== null ? (given as RunOptions) : {};
  return memo?.[NO_CACHE_MEMO] === true ? { ...options, noCache: true } : options;
}

const scheduledStart = defineSearchAttributeKey('TemporalScheduledStartTime', 'DATETIME');

/**
 * The time that this run stands for, as ISO with its timezone's offset: what it was told, else a schedule's, else when it
 * started.
 */
export function nominalTimeOf(options: RunOptions): string {
  const { nominalTime, timezone = 'UTC' } = options;
  return nominalTime ?? localTime(scheduledTime(options) ?? workflowInfo().startTime, timezone);
}

/** When a schedule's run was due; undefined for runs that were started otherwise, or told what time they stand for. */
export function scheduledTime({ nominalTime }: RunOptions): Date | undefined {
  return nominalTime === undefined ? workflowInfo().typedSearchAttributes.get(scheduledStart) : undefined;
}
