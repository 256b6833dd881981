import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { PipelineError } from '../errors/pipeline-error.js';
import type { NewData, PauseRequest, RetrainConfig, RetrainStatus } from '../workflows/index.js';
import { runError } from './run-errors.js';
import { searchAttributesOf } from './search-attributes.js';

/** A `retrain` workflow that is going on. Each message throws MESSAGE_REFUSED with the reason when it does not fit. */
export interface RetrainHandle {
  readonly workflowId: string;
  status(): Promise<RetrainStatus>;
  /** Data arrived. @returns how many spans wait */
  newData(data?: NewData): Promise<number>;
  runNow(): Promise<void>;
  pause(request?: PauseRequest): Promise<void>;
  unpause(): Promise<void>;
  /** Changes the fields that are given. */
  reconfigure(change: Partial<RetrainConfig>): Promise<void>;
  /** Ends it, after a run under way. */
  stop(): Promise<void>;
  /** Waits for its end. */
  result(): Promise<{ readonly runs: number }>;
}

/**
 * Starts `retrain/<name>`: a workflow that lives for months and runs a pipeline when there is a reason to.
 * @throws PipelineError RUN_EXISTS, TEMPORAL_UNAVAILABLE
 */
export async function startRetrain(
  client: Client,
  name: string,
  config: RetrainConfig,
  options: { readonly taskQueue?: string } = {},
): Promise<RetrainHandle> {
  const workflowId = `retrain/${name}`;
  try {
    await client.workflow.start('retrain', {
      workflowId,
      taskQueue: options.taskQueue ?? 'tfx',
      args: [config],
      staticSummary: `retrains ${config.pipeline}`,
      typedSearchAttributes: await searchAttributesOf(client, { pipeline: config.pipeline }),
    });
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) {
      throw new PipelineError('RUN_EXISTS', { what: `${workflowId} is going on already`, cause: error });
    }
    throw runError(error, workflowId);
  }
  return retrainHandle(client, name);
}

/** The handle of a `retrain` workflow by its name: of whichever life it is in. */
export function retrainHandle(client: Client, name: string): RetrainHandle {
  const workflowId = `retrain/${name}`;
  const handle = client.workflow.getHandle(workflowId);
  const coded = async <T>(ask: () => Promise<T>): Promise<T> => {
    try {
      return await ask();
    } catch (error) {
      throw runError(error, workflowId);
    }
  };
  const send = async (update: string, argument: unknown = {}): Promise<void> =>
    void (await coded(() => handle.executeUpdate<unknown, [unknown]>(update, { args: [argument] })));
  return {
    workflowId,
    status: () => coded(() => handle.query<RetrainStatus>('status')),
    newData: async (data = {}) => {
      const answer = await coded(() =>
        handle.executeUpdate<{ readonly queued: number }, [NewData]>('newData', { args: [data] }),
      );
      return answer.queued;
    },
    runNow: () => send('runNow'),
    pause: (request = {}) => send('pause', request),
    unpause: () => send('unpause'),
    reconfigure: (change) => send('reconfigure', change),
    stop: () => send('stop'),
    result: () => coded(async () => (await handle.result()) as { readonly runs: number }),
  };
}
