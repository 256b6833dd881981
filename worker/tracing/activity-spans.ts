import { type Attributes, context as contexts, type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Context } from '@temporalio/activity';
import { CancelledFailure, defaultPayloadConverter } from '@temporalio/common';
import type { ActivityExecuteInput, ActivityInterceptors } from '@temporalio/worker';
import type { BeginAnswer, ExecutorAnswer, FinishRequest } from '../../activities/protocol.js';
import { readCarrier, TRACE_HEADER } from '../../workflows/traceparent.js';
import { hasSubject, subjectOf } from '../activity-subject.js';
import { contextBelow, tracer } from './run-spans.js';

/**
 * Makes a span of each attempt of each activity, below its run's: ours are named by their ids (`Trainer.begin`,
 * `Trainer`, `Trainer.publish`), a user's own `RunActivity:<type>`. Without a tracer provider it does nothing.
 */
export function activitySpans(isOurs: (activityType: string) => boolean): (context: Context) => ActivityInterceptors {
  return (context) => ({
    inbound: { execute: (input, next) => traced(context, input, isOurs, () => next(input)) },
  });
}

async function traced(
  { info }: Context,
  { args, headers }: ActivityExecuteInput,
  isOurs: (activityType: string) => boolean,
  run: () => Promise<unknown>,
): Promise<unknown> {
  const ours = isOurs(info.activityType) && hasSubject(info.activityType);
  const header = headers[TRACE_HEADER];
  const below = contextBelow(
    header === undefined ? undefined : readCarrier(defaultPayloadConverter.fromPayload(header)),
  );
  const attributes: Attributes = {
    temporalActivityID: info.activityId,
    'tfx.attempt': info.attempt,
    ...(info.workflowExecution === undefined
      ? {}
      : { temporalWorkflowID: info.workflowExecution.workflowId, temporalRunID: info.workflowExecution.runId }),
    ...(ours ? subjectAttributes(info.activityType, args[0]) : {}),
  };
  const name = ours ? info.activityId : `RunActivity:${info.activityType}`;
  const span = tracer().startSpan(name, { attributes }, below);
  return await contexts.with(trace.setSpan(below, span), async () => {
    try {
      const result = await run();
      if (ours) span.setAttributes(resultAttributes(info.activityType, args[0], result));
      return result;
    } catch (error) {
      markFailed(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}

function subjectAttributes(activityType: string, argument: unknown): Attributes {
  const { pipeline, node, component, executionId } = subjectOf(activityType, argument);
  return {
    'tfx.pipeline': pipeline,
    ...(node === undefined ? {} : { 'tfx.node': node }),
    ...(component === undefined ? {} : { 'tfx.component': component }),
    ...(executionId === undefined ? {} : { 'tfx.execution_id': executionId }),
  };
}

function resultAttributes(activityType: string, argument: unknown, result: unknown): Attributes {
  if (activityType === 'tfx.begin') {
    const { cached, ticket, summary } = result as BeginAnswer;
    return { 'tfx.cached': cached, 'tfx.execution_id': ticket.executionId, 'tfx.summary': summary };
  }
  if (activityType === 'tfx.finish') {
    const { outcome, failure } = argument as FinishRequest;
    return { 'tfx.outcome': outcome ?? (failure?.canceled === true ? 'CANCELED' : 'FAILED') };
  }
  return activityType.startsWith('tfx.') ? {} : { 'tfx.summary': (result as ExecutorAnswer).summary };
}

function markFailed(span: Span, error: unknown): void {
  if (error instanceof CancelledFailure) return void span.setAttribute('tfx.outcome', 'CANCELED');
  const cause = error instanceof Error ? error : new Error(String(error));
  span.recordException(cause);
  span.setStatus({ code: SpanStatusCode.ERROR, message: cause.message.split('\n')[0] ?? cause.name });
}
