import { activityInfo, Context } from '@temporalio/activity';
import type { ExecutionIdentity } from '../lineage/identity.js';

/**
 * Who is asking: from Temporal itself and never from arguments, so that after a workflow reset the same arguments mean
 * the new run. An activity that runs without a workflow is a run of its own.
 */
export function currentIdentity(node: string): ExecutionIdentity {
  const { namespace, workflowExecution, activityId, activityRunId } = activityInfo();
  return {
    namespace,
    workflowId: workflowExecution?.workflowId ?? `standalone/${activityId}`,
    runId: workflowExecution?.runId ?? activityRunId ?? activityId,
    node,
  };
}

const HEARTBEAT_MS = 1000;

/**
 * Sends a heartbeat each second while `work` lasts, so that a worker that dies is noticed and a cancellation arrives.
 * @param details what the next attempt shall find as `heartbeatDetails`
 */
export async function withHeartbeats<T>(work: () => Promise<T>, details: () => unknown = () => undefined): Promise<T> {
  const context = Context.current();
  const beat = (): void => {
    context.heartbeat(details());
  };
  beat();
  const timer = setInterval(beat, HEARTBEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    beat();
  }
}

/** Rethrows as Temporal's own cancellation when the activity was asked to stop; else rethrows the error. */
export async function rethrow(error: unknown): Promise<never> {
  const context = Context.current();
  if (context.cancellationSignal.aborted) await context.cancelled;
  throw error;
}
