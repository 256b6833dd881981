import type { Client } from '@temporalio/client';
import type { ApprovalAnswer, ApprovalReceipt, PauseRequest, PipelineResult, RunStatus } from '../workflows/index.js';
import { runError } from './run-errors.js';

/** One run of a pipeline. */
export interface PipelineHandle<R = PipelineResult> {
  readonly client: Client;
  readonly workflowId: string;
  readonly runId: string;
  /** The run's nodes, states and artifacts; answered by a worker, also of a run that has ended. */
  status(): Promise<RunStatus>;
  /** Waits for the end. @throws PipelineError with the code that the run failed with */
  result(): Promise<R>;
  /** Answers an approval that the run waits for. @throws PipelineError MESSAGE_REFUSED with the reason */
  approve(answer: ApprovalAnswer): Promise<ApprovalReceipt>;
  /** Starts no more nodes; running ones end. @throws PipelineError MESSAGE_REFUSED */
  pause(request?: PauseRequest): Promise<void>;
  /** @throws PipelineError MESSAGE_REFUSED */
  unpause(): Promise<void>;
  /** Asks the run to end; what it did is kept. */
  cancel(): Promise<void>;
}

/** The handle of a run that exists; without a run id, of its latest one. */
export function pipelineHandle<R = PipelineResult>(
  client: Client,
  workflowId: string,
  runId: string | undefined,
): PipelineHandle<R> {
  const handle = client.workflow.getHandle(workflowId, runId);
  const coded = async <T>(ask: () => Promise<T>): Promise<T> => {
    try {
      return await ask();
    } catch (error) {
      throw runError(error, workflowId);
    }
  };
  return {
    client,
    workflowId,
    runId: runId ?? '',
    status: () => coded(() => handle.query<RunStatus>('status')),
    result: () => coded(() => handle.result() as Promise<R>),
    approve: (answer) =>
      coded(() => handle.executeUpdate<ApprovalReceipt, [ApprovalAnswer]>('approve', { args: [answer] })),
    pause: (request = {}) => coded(async () => void (await handle.executeUpdate('pause', { args: [request] }))),
    unpause: () => coded(async () => void (await handle.executeUpdate('unpause'))),
    cancel: () => coded(async () => void (await handle.cancel())),
  };
}
