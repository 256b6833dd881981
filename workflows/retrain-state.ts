import type { OutcomeName } from '../activities/protocol.js';
import type { RetrainConfig } from '../components/retrain/config.js';
import type { Paused } from './status.js';

/** Why a run is made. */
export type RetrainReason = 'new data' | 'drift' | 'asked for' | 'time';

/** One run that `retrain` made. */
export interface RetrainRun {
  readonly number: number;
  readonly workflowId: string;
  readonly reason: RetrainReason;
  readonly span?: number;
  readonly outcome: OutcomeName | 'FAILED' | 'CANCELED';
  /** Of an outcome, or of a failure. */
  readonly why: string;
  /** ISO times. */
  readonly started: string;
  readonly finished: string;
}

/** What the latest look for drift found. */
export interface DriftFinding {
  readonly span: number;
  readonly comparedWith: number;
  readonly drifted: boolean;
  /** In a sentence: which feature, by how much, against which threshold. */
  readonly says: string;
  /** ISO time. */
  readonly at: string;
}

/** All that continue-as-new carries over. Plain JSON. What an earlier release did not know of is filled in. */
export interface RetrainState {
  /** Spans that wait for a run; null: data without a span. */
  queue: (number | null)[];
  wanted: RetrainReason | null;
  paused: Paused | null;
  /** Messages that came in, ever. */
  received: number;
  /** Ids of the latest updates: the server forgets them when this continues as new. */
  updates: string[];
  /** Runs that were started, ever. */
  runs: number;
  day: string;
  runsToday: number;
  failuresInRow: number;
  /** When a failed run is made again, in epoch milliseconds; 0: as soon as it is due. */
  retryAt: number;
  lastRuns: RetrainRun[];
  /** What polling last saw. `listing`: names, sizes and times of the files. */
  seen: { span: number | null; fingerprint: string; listing?: string } | null;
  /** The newest spans that polling saw, or that were trained on; null: it has not looked yet. */
  knownSpans: number[] | null;
  /** The span of the last run that pushed or completed; the model in use knows no later one. */
  trainedSpan: number | null;
  /** What the latest span is compared with while nothing was trained. */
  driftBase: number | null;
  /** The span that was last looked at for drift. */
  driftSpan: number | null;
  drift: DriftFinding | null;
  /** Times in epoch milliseconds; 0: at once. */
  nextPoll: number;
  nextDrift: number;
  lastRunAt: number;
  /** A sentence about what could not be done beside the runs, e.g. a webhook that does not answer. */
  trouble: string | null;
  stop: boolean;
}

/** One life of the workflow, between two continuations as new. */
export interface Life {
  config: RetrainConfig;
  readonly state: RetrainState;
  /** The workflow id of the run under way. */
  running: string | undefined;
  /** False in a life that an earlier release began: it goes on by the commands that it began with. */
  readonly isCurrent: boolean;
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
  readonly drift?: DriftFinding;
  readonly trouble?: string;
}

export const newRetrainState = (now: number): RetrainState => ({
  queue: [],
  wanted: null,
  paused: null,
  received: 0,
  updates: [],
  runs: 0,
  day: '',
  runsToday: 0,
  failuresInRow: 0,
  retryAt: 0,
  lastRuns: [],
  seen: null,
  knownSpans: null,
  trainedSpan: null,
  driftBase: null,
  driftSpan: null,
  drift: null,
  nextPoll: 0,
  nextDrift: 0,
  lastRunAt: now,
  trouble: null,
  stop: false,
});
