import { SpanKind, SpanStatusCode, trace, TraceFlags } from '@opentelemetry/api';
import type { WorkflowClientInterceptor, WorkflowStartInput } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import type * as traceparent from '../workflows/traceparent.js';

/** The workflow's own name for it; only its type may be imported here. */
const TRACE_HEADER: typeof traceparent.TRACE_HEADER = '_tracer-data';

/**
 * Makes a span of each start, below whatever span is active, and hands it to the run. Without a tracer provider in this
 * process it does nothing.
 */
export function traceStarts(): WorkflowClientInterceptor {
  return { startWithDetails: (input, next) => traced(input, (handedOn) => next(handedOn)) };
}

async function traced<R extends { readonly runId: string }>(
  input: WorkflowStartInput,
  start: (input: WorkflowStartInput) => Promise<R>,
): Promise<R> {
  const { workflowType, options } = input;
  const attributes = { temporalWorkflowID: options.workflowId };
  const tracer = trace.getTracer('tfx-temporal');
  return await tracer.startActiveSpan(
    `StartWorkflow:${workflowType}`,
    { kind: SpanKind.CLIENT, attributes },
    async (span) => {
      try {
        const { traceId, spanId, traceFlags } = span.spanContext();
        const sampled = (traceFlags & TraceFlags.SAMPLED) !== 0;
        const carrier: traceparent.TraceCarrier = { traceparent: `00-${traceId}-${spanId}-${sampled ? '01' : '00'}` };
        const header = { [TRACE_HEADER]: defaultPayloadConverter.toPayload(carrier) };
        const isTraced = trace.isSpanContextValid(span.spanContext());
        const started = await start(isTraced ? { ...input, headers: { ...input.headers, ...header } } : input);
        span.setAttribute('temporalRunID', started.runId);
        return started;
      } catch (error) {
        span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message : String(error) });
        throw error;
      } finally {
        span.end();
      }
    },
  );
}
