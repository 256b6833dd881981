import {
  ActivityCancellationType,
  ActivityFailure,
  type ActivityOptions,
  CancelledFailure,
  patched,
  scheduleActivity,
} from '@temporalio/workflow';
import type { BeginAnswer } from '../activities/protocol.js';
import { guardPayload } from '../components/payload-limits.js';
import type { CallPlan } from './component-call.js';
import { executorSummary } from './event-summaries.js';

/** A worker that was killed is noticed after this long; every activity of ours sends heartbeats by timer. */
export const HEARTBEAT_TIMEOUT = '15 seconds';

/** A cancelled run has ended when nothing of it runs any more: the SDK's own default reports it at once. */
const WAIT = ActivityCancellationType.WAIT_CANCELLATION_COMPLETED;

/** Schedules an activity. @throws PipelineError PAYLOAD_TOO_LARGE */
export async function activity<R>(type: string, request: unknown, options: ActivityOptions): Promise<R> {
  guardPayload(`The input of activity ${options.activityId ?? type}`, request);
  try {
    return await scheduleActivity<R>(type, [request], { ...options, cancellationType: WAIT });
  } catch (error) {
    throw endedByCancellation(error) ? new CancelledFailure('The run was cancelled.') : error;
  }
}

/** An attempt that failed by itself while its cancellation was on the way: without that it would have been tried again. */
const endedByCancellation = (error: unknown): boolean =>
  error instanceof ActivityFailure && error.retryState === 'CANCEL_REQUESTED' && patched('tfx-cancelled-attempt');

/** How a component's executor, or one of its parts, is run. */
export function executorOptions(plan: CallPlan, begun: BeginAnswer): ActivityOptions {
  const { node, contract, options } = plan;
  // The worker that began knows whether there is a queue for heavy work; its answer is history, so a replay agrees.
  const taskQueue = options.taskQueue ?? (contract.execution.weight === 'heavy' ? begun.heavyTaskQueue : undefined);
  return {
    activityId: node,
    summary: executorSummary(plan),
    startToCloseTimeout: options.timeout ?? contract.execution.timeout,
    heartbeatTimeout: HEARTBEAT_TIMEOUT,
    ...(taskQueue === undefined ? {} : { taskQueue }),
    retry: {
      initialInterval: '1 second',
      backoffCoefficient: 2,
      maximumInterval: '1 minute',
      maximumAttempts: options.attempts ?? contract.execution.attempts,
    },
  };
}
