import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { ErrorCode } from '../errors/catalog/index.js';
import { isPipelineError, type PipelineError } from '../errors/pipeline-error.js';
import type { BeginAnswer, BeginRequest } from './protocol.js';

/** What an ExampleGen's driver throws when what it was asked for may still arrive. */
const NOT_THERE: ReadonlySet<ErrorCode> = new Set(['SPAN_NOT_FOUND', 'SPANS_DIFFER', 'INPUT_NOT_FOUND']);

/**
 * What begin does when its driver failed: data that is not there ends the run as SKIPPED or is waited for, as the
 * request says; every other error stays what it is. Waiting is the server's: this attempt fails without noise, and the
 * next one comes when it is time to look again.
 * @throws the error itself, or an ApplicationFailure that asks for the next look
 */
export function missingAnswer(request: BeginRequest, error: unknown): BeginAnswer {
  const policy = request.onMissing ?? 'fail';
  if (policy === 'fail' || !isPipelineError(error) || !NOT_THERE.has(error.code)) throw error;
  if (policy === 'skip') return skipped(request, error.what);
  const { scheduledTimestampMs } = activityInfo();
  if (Date.now() - scheduledTimestampMs >= policy.waitMs) throw error;
  throw lookAgain(error, policy.everyMs);
}

function lookAgain(error: PipelineError, everyMs: number): ApplicationFailure {
  return ApplicationFailure.create({
    message: `Waits for data: ${error.what}`,
    type: error.code,
    nonRetryable: false,
    nextRetryDelay: Math.max(100, everyMs),
    category: ApplicationFailureCategory.BENIGN,
  });
}

function skipped(request: BeginRequest, reason: string): BeginAnswer {
  const { run, node, component, inputs, parameters } = request;
  const ticket = { run, node, component, executionId: 0, inputs, parameters, places: {}, modules: {}, fingerprint: '' };
  return { ticket, cached: false, summary: reason, skipped: reason };
}
