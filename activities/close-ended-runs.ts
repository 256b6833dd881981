import { type Client, WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure, TerminatedFailure, TimeoutFailure } from '@temporalio/common';
import type { Lineage } from '../lineage/lineage.js';
import { openRuns, type OpenRunFilter, type RunSummary } from '../lineage/queries/runs.js';
import type { FailureFacts, OutcomeName } from './protocol.js';

export interface ClosingOptions extends Omit<OpenRunFilter, 'namespace'> {
  /**
   * Runs that Temporal does not know, begun longer ago than this, are closed, too: their retention time is over. Not
   * given: they stay, because another Temporal may know them.
   */
  readonly forgottenAfterMs?: number;
}

/**
 * Records the ends of runs that could not record them: those that were terminated or timed out run no code of ours any
 * more. @returns the runs that were closed
 */
export async function closeEndedRuns(
  client: Client,
  lineage: Lineage,
  { forgottenAfterMs = Number.POSITIVE_INFINITY, ...filter }: ClosingOptions = {},
): Promise<readonly RunSummary[]> {
  const { namespace } = client.options;
  const closed: RunSummary[] = [];
  for (const run of await openRuns(lineage.database, { ...filter, namespace })) {
    const isOld = Date.now() - Date.parse(run.begunAt) > forgottenAfterMs;
    const end = await endOf(client, run, isOld);
    if (end === undefined) continue;
    const { workflowId, runId, pipeline, parameters, nominalTime = run.begunAt } = run;
    await lineage.finish({
      identity: { namespace, workflowId, runId },
      run: { pipeline, parameters, nominalTime },
      ...end,
    });
    closed.push(run);
  }
  return closed;
}

interface End {
  readonly outcome?: OutcomeName;
  readonly reasons: readonly string[];
  readonly failure?: FailureFacts;
}

/** How a run ended by Temporal's own record; undefined while it goes on. */
async function endOf(client: Client, { workflowId, runId }: RunSummary, isOld: boolean): Promise<End | undefined> {
  const handle = client.workflow.getHandle(workflowId, runId);
  try {
    const { status } = await handle.describe();
    if (status.name === 'RUNNING' || status.name === 'PAUSED') return undefined;
    const { outcome, reasons } = (await handle.result()) as Required<Pick<End, 'outcome' | 'reasons'>>;
    return { outcome, reasons };
  } catch (error) {
    if (error instanceof WorkflowFailedError) return { reasons: [], failure: failureOf(error.cause) };
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    return isOld ? terminated('Temporal does not know the run any more.') : undefined;
  }
}

function failureOf(cause: Error | undefined): FailureFacts {
  if (cause instanceof CancelledFailure) return { code: 'PIPELINE_CANCELED', message: cause.message, canceled: true };
  if (cause instanceof ApplicationFailure) {
    return { code: cause.type ?? 'RUN_FAILED', message: cause.message, canceled: false };
  }
  if (cause instanceof TimeoutFailure) return terminated('The run timed out.').failure;
  const why = cause instanceof TerminatedFailure && cause.message !== '' ? `: ${cause.message}` : '';
  return terminated(`The run was terminated${why}.`).failure;
}

const terminated = (message: string) => ({
  reasons: [],
  failure: { code: 'RUN_TERMINATED', message, canceled: false },
});
