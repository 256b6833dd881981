import { type Client, type ScheduleDescription, WorkflowNotFoundError } from '@temporalio/client';
import { isPipelineError } from '../errors/pipeline-error.js';
import { pipelineHandle } from './pipeline-handle.js';

/** A run that a schedule started. */
export interface ScheduledRun {
  readonly workflowId: string;
  /** ISO; with jitter. The nominal time is in the workflow id. */
  readonly scheduledAt: string;
}

/** And how it went. */
export interface ScheduledRunEnd extends ScheduledRun {
  /** Temporal's word, e.g. `RUNNING`, `COMPLETED`, `TERMINATED`; `FORGOTTEN` when its retention time is over. */
  readonly state: string;
  /** E.g. `PUSHED`, or `NOT_BLESSED`; of a failed run its error code. */
  readonly outcome?: string;
  /** Of an outcome its first reason, of a failure what happened. */
  readonly why?: string;
}

type Action = ScheduleDescription['info']['recentActions'][number];

/** The newest first. */
export const scheduledRuns = (actions: readonly Action[]): ScheduledRun[] => actions.map(scheduledRun).reverse();

const scheduledRun = ({ action, scheduledAt }: Action): ScheduledRun => ({
  workflowId: action.workflow.workflowId,
  scheduledAt: scheduledAt.toISOString(),
});

/** The newest first, each with its end as Temporal knows it. */
export async function endsOfRuns(client: Client, actions: readonly Action[]): Promise<ScheduledRunEnd[]> {
  const ends = await Promise.all(
    actions.map(async (action) => ({ ...scheduledRun(action), ...(await endOf(client, action.action.workflow)) })),
  );
  return ends.reverse();
}

type End = Omit<ScheduledRunEnd, keyof ScheduledRun>;

async function endOf(client: Client, run: Action['action']['workflow']): Promise<End> {
  const { workflowId, firstExecutionRunId } = run;
  const state = await stateOf(client, workflowId, firstExecutionRunId);
  if (state !== 'COMPLETED' && state !== 'FAILED') return { state };
  try {
    const { outcome, reasons } = await pipelineHandle(client, workflowId, firstExecutionRunId).result();
    return { state, outcome, ...(reasons[0] === undefined ? {} : { why: reasons[0] }) };
  } catch (error) {
    return isPipelineError(error) ? { state, outcome: error.code, why: error.what } : { state };
  }
}

async function stateOf(client: Client, workflowId: string, runId: string): Promise<string> {
  try {
    return (await client.workflow.getHandle(workflowId, runId).describe()).status.name;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'FORGOTTEN';
    throw error;
  }
}
