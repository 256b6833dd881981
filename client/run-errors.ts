import {
  ServiceError,
  WorkflowFailedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { catalog, type ErrorCode } from '../errors/catalog/index.js';
import { isPipelineError, PipelineError } from '../errors/pipeline-error.js';

/** What Temporal's client threw, as the coded error that the run failed with. */
export function runError(error: unknown, workflowId: string): PipelineError {
  if (isPipelineError(error)) return error;
  if (error instanceof WorkflowFailedError) return failedRun(error, workflowId);
  if (error instanceof WorkflowUpdateFailedError) {
    return new PipelineError('MESSAGE_REFUSED', { what: `${workflowId}: ${causeText(error)}`, cause: error });
  }
  if (error instanceof WorkflowNotFoundError && /already completed/.test(`${error.message} ${causeText(error)}`)) {
    return new PipelineError('MESSAGE_REFUSED', { what: `${workflowId} has ended already`, cause: error });
  }
  if (error instanceof WorkflowNotFoundError) {
    return new PipelineError('RUN_NOT_FOUND', { what: `There is no run ${workflowId}`, cause: error });
  }
  if (error instanceof ServiceError) {
    return new PipelineError('TEMPORAL_UNAVAILABLE', { what: `${error.message}: ${causeText(error)}`, cause: error });
  }
  return new PipelineError('RUN_FAILED', {
    what: error instanceof Error ? error.message : String(error),
    cause: error,
  });
}

function failedRun(error: WorkflowFailedError, workflowId: string): PipelineError {
  const cause = error.cause;
  if (cause instanceof CancelledFailure) {
    return new PipelineError('PIPELINE_CANCELED', { what: `${workflowId} was cancelled`, cause });
  }
  if (!(cause instanceof ApplicationFailure)) {
    return new PipelineError('RUN_TERMINATED', { what: `${workflowId}: ${causeText(error)}`, cause });
  }
  const code = cause.type != null && isCode(cause.type) ? cause.type : 'RUN_FAILED';
  return new PipelineError(code, { ...sentencesOf(cause.message), details: detailsOf(cause), cause });
}

/** Takes a message apart that `PipelineError` put together. */
function sentencesOf(message: string): { what: string; why?: string; fix?: string } {
  const [before = message, fix] = message.split('\n  Fix: ');
  const [what = before, why] = before.split('\n  Why: ');
  return { what, ...(why === undefined ? {} : { why }), ...(fix === undefined ? {} : { fix }) };
}

function detailsOf(failure: ApplicationFailure): Record<string, unknown> {
  const merged: Record<string, unknown> = {};
  for (const detail of failure.details ?? []) {
    if (typeof detail === 'object' && detail !== null) Object.assign(merged, detail);
  }
  return merged;
}

const isCode = (type: string): type is ErrorCode => Object.hasOwn(catalog, type);
const causeText = (error: Error): string => (error.cause instanceof Error ? error.cause.message : error.message);
