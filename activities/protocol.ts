import type { Artifact, Channels, Properties } from '../artifacts/artifact.js';

/*
 * What travels between the workflow and the activities of one component run. Plain JSON, small, and frozen in
 * shape: begin, executor, publish on a miss; begin alone on a hit or for a driver-only component; begin, executor,
 * fail on a failure; finish at the end of a run. In parts: the parts between begin and the executor, which reduces.
 */

/** What every activity of a run knows about it. */
export interface RunFacts {
  /** The pipeline's name: workflow type and ml-metadata context. */
  readonly pipeline: string;
  /** The parameters of the run, defaults filled in. */
  readonly parameters: unknown;
  /** ISO time that the run stands for: a schedule's nominal time, else the start of the workflow. */
  readonly nominalTime: string;
  /** The span that the run was started for by number, when it was: it wins over the nominal time. */
  readonly span?: number;
  /** Of a sub-pipeline: the run id of the run that it is part of. */
  readonly parentRunId?: string;
}

/** What to do when the data that a run asks for is not there: fail, end the run as SKIPPED, or wait. */
export type MissingPolicy = 'fail' | 'skip' | { readonly waitMs: number; readonly everyMs: number };

/** `tfx.begin` (activity id `<node>.begin`). */
export interface BeginRequest {
  readonly run: RunFacts;
  /** Unique in the run: the component's type, or the call's `id`. */
  readonly node: string;
  readonly component: string;
  readonly inputs: Channels;
  /** As the call gave them: begin fills in defaults and checks them. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** False: look for no earlier execution, record a new one. */
  readonly cache: boolean;
  /** (Default: `fail`) */
  readonly onMissing?: MissingPolicy;
  /** True: answer which finished runs used the same outputs, so that the workflow can skip when nothing changed. */
  readonly findRuns?: boolean;
  /** Take over what this node did in an earlier run, and record it as CACHED; only if it had these parameters there, too. */
  readonly reuse?: { readonly workflowId: string; readonly runId: string; readonly sameParameters?: true };
  /** How thoroughly a cached output's files are checked. (Default: the worker's) */
  readonly verify?: 'quick' | 'full';
  /** The workflow can run parts: as many as the inputs are worth, or so many. (Default: it cannot) */
  readonly parts?: 'auto' | number;
}

/** All that an executor's worker needs to know; it holds no database credentials. */
export interface Ticket {
  readonly run: RunFacts;
  readonly node: string;
  readonly component: string;
  /** ml-metadata's id of the execution. */
  readonly executionId: number;
  readonly inputs: Channels;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Output channel to the URI below which every attempt makes a folder of its own. */
  readonly places: Readonly<Record<string, string>>;
  /** Digests that begin saw, by module name. A first attempt that sees another fails with MODULE_MISMATCH. */
  readonly modules: Readonly<Record<string, string>>;
  readonly fingerprint: string;
  /** Why there are fewer parts than were asked for; goes into the summary. */
  readonly partsNote?: string;
  /** Set for the reduction: the accepted states of all parts, in their order. */
  readonly states?: readonly PartState[];
}

/** What one part left: the one attempt's that the server accepted. */
export interface PartState {
  readonly uri: string;
  readonly digest: string;
}

/** `<component>.part` (activity id `<node>.part[<index>]`). */
export interface PartTicket extends Ticket {
  readonly part: { readonly index: number; readonly count: number };
}

export interface PartAnswer {
  readonly state: PartState;
  readonly summary: string;
}

/** The outputs of a finished component, by channel. A channel without an artifact is absent. */
export type OutputReferences = Readonly<Record<string, Artifact>>;

export interface BeginAnswer {
  readonly ticket: Ticket;
  /** Set on a cache hit and for driver-only components: the component is done. */
  readonly outputs?: OutputReferences;
  readonly cached: boolean;
  readonly summary: string;
  /** Where executors of heavy components run, when the worker that began has such a queue. Added by the worker's plugin. */
  readonly heavyTaskQueue?: string;
  /** Set where our search attributes are registered. Added by the worker's plugin. */
  readonly searchable?: true;
  /** Set when the data is not there and `onMissing` is `skip`: why, in a sentence. Nothing was recorded. */
  readonly skipped?: string;
  /** Set when the work is to be done in parts: how many, at least 2. */
  readonly parts?: number;
  /** Run ids of finished runs of this pipeline with equal parameters and code that used these outputs, newest first. */
  readonly finishedRuns?: readonly string[];
}

/** One output of the attempt that the server accepted. */
export interface ProducedOutput {
  readonly uri: string;
  /** The manifest beside the payload folder: every file's path, size and sha256. */
  readonly manifestUri: string;
  readonly digest: string;
  readonly properties: Properties;
}

/** The executor activity's result (activity id `<node>`, activity type = component type). */
export interface ExecutorAnswer {
  readonly outputs: Readonly<Record<string, ProducedOutput>>;
  readonly summary: string;
  readonly metrics: Readonly<Record<string, number>>;
  readonly modules: Readonly<Record<string, string>>;
}

/** A failure as lineage keeps it: the whole text goes to Postgres through the executor's error table, not here. */
export interface FailureFacts {
  readonly code: string;
  readonly message: string;
  readonly canceled: boolean;
}

/** `tfx.publish` (activity id `<node>.publish`, or `<node>.fail`). Exactly one of `answer` and `failure` is set. */
export interface PublishRequest {
  readonly ticket: Ticket;
  readonly answer?: ExecutorAnswer;
  readonly failure?: FailureFacts;
}

export interface PublishAnswer {
  readonly outputs: OutputReferences;
}

export type OutcomeName =
  | 'PUSHED'
  | 'COMPLETED'
  | 'SKIPPED'
  | 'DATA_REJECTED'
  | 'NOT_BLESSED'
  | 'NOT_EVALUATED'
  | 'NOT_SERVABLE'
  | 'NOT_APPROVED';

/** `tfx.finish`, once at the end of every run. */
export interface FinishRequest {
  readonly run: RunFacts;
  /** Absent when the run failed or was cancelled. */
  readonly outcome?: OutcomeName;
  readonly reasons: readonly string[];
  readonly failure?: FailureFacts;
}

/** The three activities beside the components' own. */
export interface CoreActivities {
  readonly 'tfx.begin': (request: BeginRequest) => Promise<BeginAnswer>;
  readonly 'tfx.publish': (request: PublishRequest) => Promise<PublishAnswer>;
  readonly 'tfx.finish': (request: FinishRequest) => Promise<void>;
}

/** What `tfx.look` shall look at, and what it found there last time. */
export interface LookRequest {
  readonly input: string;
  /** While the files are listed alike their contents are not read. */
  readonly seen?: { readonly fingerprint: string; readonly listing?: string };
}

/** What `tfx.look` finds: nothing, or the newest span and the fingerprint of its files. */
export interface Look {
  readonly span?: number;
  readonly fingerprint?: string;
  /** Digest of the names, sizes and times of these files; absent for remote ones. */
  readonly listing?: string;
  /** The newest spans that there are, newest first, at most 100. */
  readonly spans?: readonly number[];
}

/** Activities of workflows that stand beside pipelines, such as `retrain`. */
export interface ServiceActivities {
  readonly 'tfx.look': (request: LookRequest) => Promise<Look>;
  readonly 'tfx.notify': (request: { readonly url: string; readonly body: unknown }) => Promise<void>;
}

/** A component's own activity: all of it, or the reduction of its parts. */
export type ExecutorActivity = (ticket: Ticket) => Promise<ExecutorAnswer>;
export type PartActivity = (ticket: PartTicket) => Promise<PartAnswer>;
