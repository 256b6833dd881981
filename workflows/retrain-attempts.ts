import { CancellationScope, isCancellation, workflowInfo } from '@temporalio/workflow';
import { describeFailure } from './failure.js';
import type { RetrainState } from './retrain-state.js';

/** `retrain/nightly` names its runs `nightly-1`, `nightly-2`, … */
export const nameOf = (): string => workflowInfo().workflowId.replace(/^retrain\//, '');

/** What fails beside the runs is said in the status until it succeeds; it is tried again when it is next due. */
export async function attempt(state: RetrainState, what: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
    if (state.trouble?.startsWith(what) === true) state.trouble = null;
  } catch (error) {
    if (isCancellation(error) && CancellationScope.current().consideredCancelled) throw error;
    state.trouble = `${what}: ${describeFailure(childCause(error)).message}`.slice(0, 300);
  }
}

/** The child's own failure, without the wrapper around it. */
export function childCause(error: unknown): unknown {
  return error instanceof Error && error.name === 'ChildWorkflowFailure' ? (error.cause ?? error) : error;
}
