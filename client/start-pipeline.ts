import {
  type Client,
  WorkflowExecutionAlreadyStartedError,
  WorkflowIdConflictPolicy,
  WorkflowIdReusePolicy,
} from '@temporalio/client';
import { PipelineError } from '../errors/pipeline-error.js';
import type { Pipeline, PipelineResult } from '../workflows/index.js';
import type { Repeat } from '../workflows/run-options.js';
import { pipelineHandle, type PipelineHandle } from './pipeline-handle.js';
import { runDetails, type StartedBy } from './run-details.js';
import { runError } from './run-errors.js';
import { type MissingData, runMemo } from './run-memo.js';
import { searchAttributesOf } from './search-attributes.js';

/** Any pipeline's type, for `startPipeline<typeof wine>(…)`. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- of any parameters: they are its own argument
export type AnyPipeline = (input?: any) => Promise<PipelineResult<unknown>>;

export interface StartOptions<P extends AnyPipeline = Pipeline> {
  /** Those that have defaults may be left out. */
  readonly parameters?: Parameters<P>[0];
  /** The run's name: the workflow id is `<pipeline>/<name>`. (Default: the time, and a few random letters) */
  readonly name?: string;
  /** (Default: `tfx`) */
  readonly taskQueue?: string;
  /** When a run of that name is going on: refuse with RUN_EXISTS, or join it. (Default: `refuse`) */
  readonly onDuplicate?: 'refuse' | 'join';
  /** When a run of that name has finished: start another one, or refuse unless it failed. (Default: `restart`) */
  readonly onFinished?: 'restart' | 'refuse';
  /** False: run every component, also where an earlier execution could be reused. (Default: true) */
  readonly cache?: boolean;
  /** The time that the run stands for, which selects its spans; ISO. (Default: now) */
  readonly nominalTime?: string;
  /** The span that the run is for by number; wins over the nominal time. */
  readonly span?: number;
  /** When the data is not there: fail, end as SKIPPED, or wait up to a deadline. (Default: `fail`) */
  readonly onMissing?: MissingData;
  /** End as SKIPPED when a finished run with equal parameters and code had the same examples. (Default: false) */
  readonly skipUnchanged?: boolean;
  /** `full`: read every byte of a cached output before it is reused. (Default: sizes and times are believed) */
  readonly verify?: 'full';
  /** Made by `rerunPipeline` and `retryPipeline`. */
  readonly repeat?: Repeat;
  /** Shown with the run in Temporal's UI. */
  readonly startedBy?: StartedBy;
  /** Facts that are shown with the run in Temporal's UI. */
  readonly memo?: Readonly<Record<string, unknown>>;
}

/**
 * Starts a pipeline.
 * @param pipeline its name; give its type for typed parameters and results: `startPipeline<typeof wine>(client, 'wine')`
 * @throws PipelineError RUN_EXISTS, TEMPORAL_UNAVAILABLE
 */
export async function startPipeline<P extends AnyPipeline = Pipeline>(
  client: Client,
  pipeline: string,
  options: StartOptions<P> = {},
): Promise<PipelineHandle<Awaited<ReturnType<P>>>> {
  const name = options.name ?? defaultName();
  const workflowId = `${pipeline}/${name}`;
  try {
    const handle = await client.workflow.start(pipeline, {
      workflowId,
      taskQueue: options.taskQueue ?? 'tfx',
      args: [options.parameters ?? {}],
      workflowIdReusePolicy:
        options.onFinished === 'refuse'
          ? WorkflowIdReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY
          : WorkflowIdReusePolicy.ALLOW_DUPLICATE,
      workflowIdConflictPolicy:
        options.onDuplicate === 'join' ? WorkflowIdConflictPolicy.USE_EXISTING : WorkflowIdConflictPolicy.FAIL,
      staticSummary: `${pipeline} · ${name}`,
      ...runDetails({ namespace: client.options.namespace, startedBy: options.startedBy, repeat: options.repeat }),
      memo: { ...options.startedBy, ...options.memo, ...runMemo(options) },
      typedSearchAttributes: await searchAttributesOf(client, { pipeline, span: options.span }),
    });
    return pipelineHandle(client, workflowId, handle.firstExecutionRunId);
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) {
      throw new PipelineError('RUN_EXISTS', {
        what: `${workflowId} ${options.onFinished === 'refuse' ? 'runs already, or has finished' : 'is running already'}`,
        cause: error,
      });
    }
    throw runError(error, workflowId);
  }
}

/** Starts a pipeline and waits for its result. */
export async function runPipeline<P extends AnyPipeline = Pipeline>(
  client: Client,
  pipeline: string,
  options: StartOptions<P> = {},
): Promise<Awaited<ReturnType<P>>> {
  const handle = await startPipeline(client, pipeline, options);
  return await handle.result();
}

/** `2026-11-22T15-54-33-k3x9`: sorts by time, and two starts within a second differ. */
function defaultName(): string {
  const time = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
  return `${time}-${Math.random().toString(36).slice(2, 6).padEnd(4, '0')}`;
}
