import {
  ApplicationFailure,
  ChildWorkflowFailure,
  executeChild,
  isCancellation,
  workflowInfo,
} from '@temporalio/workflow';
import type { Artifact } from '../artifacts/artifact.js';
import { PipelineError } from '../errors/pipeline-error.js';
import { describeFailure } from './failure.js';
import { missingPolicy } from './missing-policy.js';
import { RUN_OPTIONS_MEMO, type RunOptions } from './run-options.js';
import { currentRun, type RunState } from './run-state.js';
import { childSearchAttributes } from './search-attributes.js';
import { NO_CACHE_MEMO, type PipelineResult } from './status.js';

/** Any pipeline's type, for `subPipeline<typeof wine>('wine', …)`. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- of any parameters: they are its own argument
type AnyPipeline = (input?: any) => Promise<PipelineResult<unknown>>;

export interface SubPipelineCall<P extends AnyPipeline> {
  readonly parameters?: Parameters<P>[0];
  /** The node's id; needed when a pipeline is used twice. (Default: the pipeline's name) */
  readonly id?: string;
  /** (Default: this run's) */
  readonly taskQueue?: string;
}

/**
 * Runs another pipeline as a part of this one: a child workflow `<this run>/<id>` with a run of its own in lineage,
 * whose context has this run as its parent. Its outcome is a value; what fails it fails this run, too.
 * @param pipeline its name; with its type parameters and outputs are typed: `subPipeline<typeof wine>('wine')`
 */
export async function subPipeline<P extends AnyPipeline>(
  pipeline: string,
  call: SubPipelineCall<P> = {},
): Promise<Awaited<ReturnType<P>>> {
  const run = currentRun();
  if (run === undefined) {
    throw new PipelineError('CALL_OUTSIDE_PIPELINE', { what: `${pipeline} was called outside of a running pipeline` });
  }
  const node = call.id ?? pipeline;
  run.register(node, pipeline);
  return (await run.track(node, runChild(run, pipeline, node, call))) as Awaited<ReturnType<P>>;
}

async function runChild(
  run: RunState,
  pipeline: string,
  node: string,
  call: SubPipelineCall<AnyPipeline>,
): Promise<PipelineResult<unknown>> {
  if (run.mustWait(node)) await run.mayStart(node);
  run.started(node, pipeline);
  try {
    const result = await executeChild<AnyPipeline>(pipeline, {
      workflowId: `${workflowInfo().workflowId}/${node}`,
      args: [call.parameters ?? {}],
      memo: childMemo(run),
      staticSummary: `${pipeline} · part of ${workflowInfo().workflowId}`,
      ...childSearchAttributes(pipeline),
      ...(call.taskQueue === undefined ? {} : { taskQueue: call.taskQueue }),
    });
    run.done(node, 'complete', [result.outcome, ...result.reasons].join(': '), artifactsOf(result.outputs));
    return result;
  } catch (error) {
    run.failed(node, describeFailure(flattened(error, node)));
    throw flattened(error, node);
  }
}

/** A child does as its parent was told, but for what names the parent's own nodes. */
function childMemo(run: RunState): Record<string, unknown> {
  const { noCache, span, skipUnchanged, verify } = run.options;
  const onMissing = missingPolicy(run.options);
  const options: RunOptions = {
    ...defined({ span, onMissing, skipUnchanged, verify }),
    nominalTime: run.facts.nominalTime,
    parentRunId: workflowInfo().runId,
  };
  return { [RUN_OPTIONS_MEMO]: options, ...(noCache === true ? { [NO_CACHE_MEMO]: true } : {}) };
}

function defined<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

/** The child's own coded failure, without the wrapper around it. */
function flattened(error: unknown, node: string): unknown {
  if (!(error instanceof ChildWorkflowFailure) || isCancellation(error)) return error;
  const { cause } = error;
  if (!(cause instanceof ApplicationFailure)) return error;
  return ApplicationFailure.create({
    message: cause.message,
    type: cause.type ?? 'UNEXPECTED_ERROR',
    nonRetryable: true,
    details: [...(cause.details ?? []).slice(0, 1), { node }],
  });
}

function artifactsOf(outputs: unknown): Record<string, Artifact> {
  const found = Object.entries((outputs ?? {}) as Record<string, unknown>).filter(
    ([, value]) => typeof value === 'object' && value !== null && 'type' in value && 'uri' in value && 'id' in value,
  );
  return Object.fromEntries(found) as Record<string, Artifact>;
}
