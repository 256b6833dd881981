import type { OutcomeName } from '../activities/protocol.js';
import type { Paused } from './status.js';
import type { RetrainConfig } from './retrain-config.js';

/** Why a run is made. */
export type RetrainReason = 'new data' | 'drift' | 'asked for' | 'time';

/** One run that `retrain` made. */
export interface RetrainRun {
  readonly number: number;
  readonly workflowId: string;
  readonly reason: RetrainReason;
  readonly span?: number;
  readonly outcome: OutcomeName | 'FAILED';
  /** Of an outcome, or of a failure. */
  readonly why: string;
  /** ISO times. */
  readonly started: string;
  readonly finished: string;
}

/** All that continue-as-new carries over. Plain JSON. */
export interface RetrainState {
  /** Spans that wait for a run; null: data without a span. */
  queue: (number | null)[];
  wanted: RetrainReason | null;
  paused: Paused | null;
  /** Messages that came in, ever. */
  received: number;
  /** Runs that were started, ever. */
  runs: number;
  day: string;
  runsToday: number;
  failuresInRow: number;
  lastRuns: RetrainRun[];
  /** What polling last saw. */
  seen: { span: number | null; fingerprint: string } | null;
  /** The span of the last run that did not fail. */
  trainedSpan: number | null;
  /** The span that was last looked at for drift. */
  driftSpan: number | null;
  /** Times in epoch milliseconds; 0: at once. */
  nextPoll: number;
  nextDrift: number;
  lastRunAt: number;
  /** A sentence about what could not be done beside the runs, e.g. a webhook that does not answer. */
  trouble: string | null;
  stop: boolean;
}

/** What the query `status` of `retrain` answers. */
export interface RetrainStatus {
  readonly config: RetrainConfig;
  /** In a sentence. */
  readonly waitsFor: string;
  readonly queue: readonly (number | null)[];
  readonly paused?: Paused;
  readonly running?: string;
  readonly received: number;
  readonly runs: number;
  readonly runsToday: number;
  readonly failuresInRow: number;
  /** Newest first, at most ten. */
  readonly lastRuns: readonly RetrainRun[];
  readonly trouble?: string;
}

export const newRetrainState = (now: number): RetrainState => ({
  queue: [],
  wanted: null,
  paused: null,
  received: 0,
  runs: 0,
  day: '',
  runsToday: 0,
  failuresInRow: 0,
  lastRuns: [],
  seen: null,
  trainedSpan: null,
  driftSpan: null,
  nextPoll: 0,
  nextDrift: 0,
  lastRunAt: now,
  trouble: null,
  stop: false,
});
