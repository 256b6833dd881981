import { ActivityFailure, ApplicationFailure, isCancellation, rootCause } from '@temporalio/workflow';
import type { FailureFacts } from '../activities/protocol.js';
import { cutBytes, toFailure } from '../errors/to-failure.js';
import { PipelineError } from '../errors/pipeline-error.js';

/** The error that a run or node fails with, flat: type = code, no chain of wrappers around it. */
export function flatFailure(error: unknown): Error {
  if (!(error instanceof ActivityFailure)) return toFailure(error);
  const cause = error.cause;
  const node = (error.activityId ?? error.activityType).replace(/\.(begin|publish|fail|part\[\d+\])$/, '');
  if (cause instanceof ApplicationFailure) {
    return ApplicationFailure.create({
      message: cause.message,
      type: cause.type ?? 'UNEXPECTED_ERROR',
      nonRetryable: true,
      details: [...(cause.details ?? []).slice(0, 1), { node }],
    });
  }
  if (isCancellation(error)) return error;
  return toFailure(
    new PipelineError('COMPONENT_TIMED_OUT', {
      what: `${node}: ${rootCause(error) ?? 'no answer'} (${error.retryState})`,
      details: { node, retryState: error.retryState },
    }),
  );
}

/** A failure as lineage records it. */
export function describeFailure(error: unknown): FailureFacts {
  if (isCancellation(error)) return { code: 'PIPELINE_CANCELED', message: 'The run was cancelled.', canceled: true };
  const flat = flatFailure(error);
  const code = flat instanceof ApplicationFailure ? (flat.type ?? 'UNEXPECTED_ERROR') : 'UNEXPECTED_ERROR';
  return { code, message: cutBytes(flat.message, 900), canceled: false };
}
