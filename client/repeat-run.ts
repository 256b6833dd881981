import type { Client } from '@temporalio/client';
import { PipelineError } from '../errors/pipeline-error.js';
import type { Lineage } from '../lineage/lineage.js';
import { executionsOfRun } from '../lineage/queries/executions.js';
import type { RunSummary } from '../lineage/queries/runs.js';
import type { PipelineHandle } from './pipeline-handle.js';
import { planRepeat, planRetry, type RepeatBounds } from './repeat-plan.js';
import type { StartedBy } from './run-details.js';
import { startPipeline, type StartOptions } from './start-pipeline.js';

interface RepeatTarget {
  readonly client: Client;
  readonly lineage: Lineage;
  /** The run to repeat, by `findRun`. */
  readonly run: RunSummary;
  /** (Default: `tfx`) */
  readonly taskQueue?: string;
  /** Shown with the run in Temporal's UI. */
  readonly startedBy?: StartedBy;
}

export interface RerunOptions extends RepeatTarget, RepeatBounds {
  /** Merged by name into those of the run. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** (Default: the run's own, with `-rerun-` and the time) */
  readonly name?: string;
}

/**
 * TFX's partial run: starts a run that runs the nodes between `from` and `to`, and takes over, as CACHED, what the
 * others did in an earlier run. Its nominal time is that of the earlier run.
 * @throws PipelineError NODE_UNKNOWN, RERUN_RANGE_EMPTY, RUN_EXISTS, TEMPORAL_UNAVAILABLE
 */
export async function rerunPipeline(options: RerunOptions): Promise<PipelineHandle> {
  const { client, lineage, run } = options;
  const plan = planRepeat(await executionsOfRun(lineage.database, run), options);
  const changes = options.parameters ?? {};
  const isChanged = Object.keys(changes).length > 0;
  const time = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
  return await startPipeline(client, run.pipeline, {
    ...commonOptions(options),
    name: options.name ?? `${nameOf(run)}-rerun-${time}`,
    parameters: { ...(run.parameters as object), ...changes },
    repeat: {
      workflowId: run.workflowId,
      runId: run.runId,
      ...plan,
      ...(isChanged ? { parametersChanged: true } : {}),
    },
  });
}

/**
 * Starts a failed or cancelled run again, under its own name, from where it stopped.
 * @throws PipelineError RUN_NOT_FAILED, RUN_EXISTS, TEMPORAL_UNAVAILABLE
 */
export async function retryPipeline(options: RepeatTarget): Promise<PipelineHandle> {
  const { client, lineage, run } = options;
  if (run.state !== 'FAILED' && run.state !== 'CANCELED') {
    throw new PipelineError('RUN_NOT_FAILED', { what: `${run.workflowId} is ${run.outcome ?? run.state}.` });
  }
  const plan = planRetry(await executionsOfRun(lineage.database, run));
  return await startPipeline(client, run.pipeline, {
    ...commonOptions(options),
    name: nameOf(run),
    parameters: run.parameters as object,
    repeat: { workflowId: run.workflowId, runId: run.runId, ...plan },
  });
}

function commonOptions({ run, taskQueue, startedBy }: RepeatTarget): Partial<StartOptions> {
  return {
    ...(startedBy === undefined ? {} : { startedBy }),
    ...(taskQueue === undefined ? {} : { taskQueue }),
    ...(run.nominalTime === undefined ? {} : { nominalTime: run.nominalTime }),
  };
}

const nameOf = ({ workflowId, pipeline }: RunSummary): string =>
  workflowId.startsWith(`${pipeline}/`) ? workflowId.slice(pipeline.length + 1) : workflowId;
