import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { parseRetrainConfig } from '../components/retrain/config.js';
import { PipelineError } from '../errors/pipeline-error.js';
import type { NewData, PauseRequest, Queued, RetrainChange, RetrainConfig, RetrainStatus } from '../workflows/index.js';
import { runError } from './run-errors.js';
import { searchAttributesOf } from './search-attributes.js';
import { sendUpdate } from './send-update.js';

/** What `status()` answers. */
export interface RetrainReport extends RetrainStatus {
  readonly workflowId: string;
  /** How it ended, if it did, e.g. `COMPLETED` (it was stopped) or `TERMINATED`. */
  readonly ended?: string;
}

/**
 * A `retrain` workflow. Each message throws MESSAGE_REFUSED with the reason when it does not fit or when the workflow has
 * ended, RUN_NOT_FOUND when there is none of this name, TEMPORAL_UNAVAILABLE.
 */
export interface RetrainHandle {
  readonly workflowId: string;
  /** Also of one that has ended. Needs a worker, which answers. */
  status(): Promise<RetrainReport>;
  /**
   * Data arrived. Sent again under the same `updateId`, e.g. by a process that was restarted, it counts once.
   * @returns how many spans wait
   */
  newData(data?: NewData, options?: { readonly updateId?: string }): Promise<number>;
  runNow(): Promise<void>;
  pause(request?: PauseRequest): Promise<void>;
  unpause(): Promise<void>;
  /** Changes the fields that are given; null takes one away. @returns the whole configuration */
  reconfigure(change: RetrainChange): Promise<RetrainConfig>;
  /** Ends it, after a run under way. */
  stop(): Promise<void>;
  /** Waits for its end. */
  result(): Promise<{ readonly runs: number }>;
}

/**
 * Starts `retrain/<name>`: a workflow that lives for months and runs a pipeline when there is a reason to.
 * @throws PipelineError PARAMETERS_INVALID with all problems, RUN_EXISTS, TEMPORAL_UNAVAILABLE
 */
export async function startRetrain(
  client: Client,
  name: string,
  config: RetrainConfig,
  options: { readonly taskQueue?: string } = {},
): Promise<RetrainHandle> {
  const workflowId = `retrain/${name}`;
  parseRetrainConfig(config);
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
      throw new PipelineError('RUN_EXISTS', {
        what: `${workflowId} is going on already`,
        fix: 'Change it by `reconfigure`, end it by `stop`, or start one under another name.',
        cause: error,
      });
    }
    throw runError(error, workflowId);
  }
  return retrainHandle(client, name);
}

/** The names of the `retrain` workflows that are going on. @throws PipelineError TEMPORAL_UNAVAILABLE */
export async function listRetrains(client: Client): Promise<readonly string[]> {
  const names: string[] = [];
  const query = `WorkflowType = 'retrain' AND ExecutionStatus = 'Running'`;
  try {
    for await (const { workflowId } of client.workflow.list({ query })) names.push(workflowId.replace(PREFIX, ''));
  } catch (error) {
    throw runError(error, 'retrain');
  }
  return names.sort();
}

const PREFIX = /^retrain\//;

/** The handle of a `retrain` workflow by its name: of whichever life it is in. */
export function retrainHandle(client: Client, name: string): RetrainHandle {
  const workflowId = `retrain/${name.replace(PREFIX, '')}`;
  const handle = client.workflow.getHandle(workflowId);
  const coded = async <T>(ask: () => Promise<T>): Promise<T> => {
    try {
      return await ask();
    } catch (error) {
      throw retrainError(runError(error, workflowId), workflowId);
    }
  };
  const send = <T = unknown>(update: string, argument: unknown = {}, updateId?: string): Promise<T> =>
    coded(() => sendUpdate<T>(handle, update, argument, updateId));
  const report = async (): Promise<RetrainReport> => {
    const { status } = await handle.describe();
    const answer = await handle.query<RetrainStatus>('status');
    if (status.name === 'RUNNING') return { workflowId, ...answer };
    const waitsFor = status.name === 'COMPLETED' ? answer.waitsFor : `nothing: it has ended (${status.name})`;
    return { workflowId, ...answer, waitsFor, ended: status.name };
  };
  return {
    workflowId,
    status: () => coded(report),
    newData: async (data = {}, { updateId } = {}) => (await send<Queued>('newData', data, updateId)).queued,
    runNow: async () => void (await send('runNow')),
    pause: async (request = {}) => void (await send('pause', request)),
    unpause: async () => void (await send('unpause')),
    reconfigure: (change) => send<RetrainConfig>('reconfigure', change),
    stop: async () => void (await send('stop')),
    result: () => coded(async () => (await handle.result()) as { readonly runs: number }),
  };
}

function retrainError(error: PipelineError, workflowId: string): PipelineError {
  const name = workflowId.replace(PREFIX, '');
  if (error.code === 'RUN_NOT_FOUND') {
    const fix = 'See `tfx-temporal retrain list` for those that go on, or start it by `tfx-temporal retrain start`.';
    return new PipelineError('RUN_NOT_FOUND', { what: `There is no ${workflowId}`, fix, cause: error });
  }
  if (error.code !== 'MESSAGE_REFUSED') return error;
  const fix = error.what.endsWith('has ended already')
    ? `Start it again: \`tfx-temporal retrain start ${name}\`.`
    : `Read the reason; \`tfx-temporal retrain status ${name}\` shows how it is.`;
  const [what = error.what] = error.what.split('\n');
  return new PipelineError('MESSAGE_REFUSED', { what, fix, cause: error });
}
