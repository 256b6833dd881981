import { setMaxListeners } from 'node:events';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import type { ProgressReport } from '../components/implement.js';
import type { NodeStatus, RunStatus } from '../workflows/index.js';
import type { PipelineHandle } from './pipeline-handle.js';

/** One component call of a run, as people watch it. */
export interface NodeProgress {
  readonly node: string;
  readonly component: string;
  /** `waiting`: its executor is scheduled, but no worker took it yet; or a person is asked. */
  readonly state: 'waiting' | 'running' | 'cached' | 'complete' | 'failed';
  /** One line of what came out, or of what went wrong. */
  readonly summary: string;
  /** What the executor last said of itself. */
  readonly progress?: ProgressReport;
  /** Since the call, or from the call to its end. */
  readonly seconds: number;
  /** Above 1 when an attempt failed and another one is made. */
  readonly attempt?: number;
  /** Of the attempt before. */
  readonly lastFailure?: string;
  /** What asks for a person's attention, in a sentence: no worker has taken the work for long. */
  readonly warning?: string;
}

export interface RunProgress {
  readonly nodes: readonly NodeProgress[];
  readonly closed: boolean;
  /** False while no worker answers queries: then `nodes` is as it was last known. */
  readonly workerAnswers: boolean;
  /** What the run last said of itself. */
  readonly status?: RunStatus;
}

export interface WatchOptions {
  /** (Default: 500) */
  readonly intervalMs?: number;
  readonly signal?: AbortSignal;
}

/** Watches a run until it closes: yields at each look, and once more at the end. */
export async function* watchRun(
  handle: PipelineHandle<unknown>,
  options: WatchOptions = {},
): AsyncGenerator<RunProgress> {
  const end = { closed: false };
  // The long poll for the end must not outlive the watching: it would be tried again on a connection that is closed.
  const watching = new AbortController();
  // Each poll leaves a listener at the signal until the watching ends, and a run that waits is polled often.
  setMaxListeners(0, watching.signal);
  const ended = handle.client
    .withAbortSignal(watching.signal, () => handle.result())
    .then(
      () => void (end.closed = true),
      () => void (end.closed = !watching.signal.aborted),
    );
  const leaving = aborted(options.signal);
  let known: RunProgress = { nodes: [], closed: false, workerAnswers: false };
  try {
    while (!isAborted(options.signal)) {
      const closed = end.closed;
      known = await look(handle, known, closed);
      yield known;
      if (closed) return;
      await Promise.race([ended, delay(options.intervalMs ?? 500), leaving]);
    }
  } finally {
    watching.abort();
    await ended;
  }
}

const isAborted = (signal: AbortSignal | undefined): boolean => signal?.aborted === true;

const aborted = (signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => signal?.addEventListener('abort', () => void resolve(), { once: true }));

/** Queries hang without a worker, so they get little time. */
const QUERY_TIMEOUT_MS = 5000;

async function look(handle: PipelineHandle<unknown>, known: RunProgress, closed: boolean): Promise<RunProgress> {
  const { client, workflowId, runId } = handle;
  const [status, description] = await Promise.all([
    ask(client, () => handle.status()),
    // A run that has ended waits for nothing.
    closed ? undefined : ask(client, () => client.workflow.getHandle(workflowId, runId).describe()),
  ]);
  if (status === undefined) return { ...known, closed, workerAnswers: false };
  return { nodes: progressOf(status, description), closed, workerAnswers: true, status };
}

async function ask<T>(client: Client, question: () => Promise<T>): Promise<T | undefined> {
  try {
    return await client.withDeadline(Date.now() + QUERY_TIMEOUT_MS, question);
  } catch {
    return undefined;
  }
}

function progressOf(status: RunStatus, description: WorkflowExecutionDescription | undefined): NodeProgress[] {
  const pending = description?.raw.pendingActivities ?? [];
  return status.nodes.map((node) => {
    const activity = activityOf(node, pending);
    const progress = partsProgress(node, activity) ?? reportOf(activity?.heartbeatDetails?.payloads?.[0]);
    const attempt = activity?.attempt ?? 1;
    const state = stateOf(node, Number(activity?.state) === SCHEDULED);
    const warning = state === 'waiting' && attempt === 1 ? waitingTooLong(activity?.scheduledTime) : undefined;
    return {
      node: node.node,
      component: node.component,
      state,
      summary: node.summary,
      ...(progress === undefined ? {} : { progress }),
      seconds: secondsOf(node),
      ...(attempt > 1 ? { attempt } : {}),
      ...(warning === undefined ? {} : { warning }),
      ...(activity?.lastFailure?.message == null ? {} : { lastFailure: activity.lastFailure.message }),
    };
  });
}

type PendingActivity = NonNullable<WorkflowExecutionDescription['raw']['pendingActivities']>[number];

/** The activity that says most of a node: of several parts one that is in trouble, else one that runs. */
function activityOf({ node }: NodeStatus, pending: readonly PendingActivity[]): PendingActivity | undefined {
  const own = (id: string | null | undefined): boolean =>
    id === node || id === `${node}.begin` || id?.startsWith(`${node}.part[`) === true;
  const rank = ({ attempt, state }: PendingActivity): number =>
    (attempt ?? 1) * 2 + (Number(state) === SCHEDULED ? 0 : 1);
  return pending.filter(({ activityId }) => own(activityId)).sort((a, b) => rank(b) - rank(a))[0];
}

/** While parts are under way, they are what counts. */
function partsProgress({ parts }: NodeStatus, activity: PendingActivity | undefined): ProgressReport | undefined {
  if (parts === undefined || activity?.activityId?.includes('.part[') !== true) return undefined;
  return { done: parts.done, total: parts.count, unit: 'parts' };
}

const WARN_AFTER_SECONDS = 30;

/** A task queue that nobody polls looks like a slow component, so it is said. */
function waitingTooLong(scheduled: { readonly seconds?: unknown } | null | undefined): string | undefined {
  if (scheduled?.seconds == null) return undefined;
  const seconds = Math.round(Date.now() / 1000 - Number(scheduled.seconds));
  if (seconds < WARN_AFTER_SECONDS) return undefined;
  return `no worker took it for ${seconds} s: is one polling its task queue (heavy components: the one that ends in -heavy)?`;
}

/** `PENDING_ACTIVITY_STATE_SCHEDULED` */
const SCHEDULED = 1;

function stateOf({ state }: NodeStatus, scheduled: boolean): NodeProgress['state'] {
  if (state === 'waiting') return state;
  if (state === 'running') return scheduled ? 'waiting' : 'running';
  return state === 'canceled' ? 'failed' : state;
}

function secondsOf({ started, finished }: NodeStatus): number {
  const until = finished === undefined ? Date.now() : Date.parse(finished);
  return Math.max(0, (until - Date.parse(started)) / 1000);
}

/** Executors' heartbeats carry `{ progress, checkpoint }`. */
function reportOf(payload: Payload | null | undefined): ProgressReport | undefined {
  if (payload == null) return undefined;
  try {
    const details: unknown = defaultPayloadConverter.fromPayload(payload);
    if (typeof details !== 'object' || details === null || !('progress' in details)) return undefined;
    return details.progress as ProgressReport;
  } catch {
    return undefined; // An encrypted heartbeat: then there is no progress to show.
  }
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms).unref());
}
