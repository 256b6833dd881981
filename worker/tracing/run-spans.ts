import { ROOT_CONTEXT, type Context, type Span, SpanStatusCode, trace, TraceFlags } from '@opentelemetry/api';
import type { WorkflowInfo } from '@temporalio/workflow';
import type { InjectedSinks } from '@temporalio/worker';
import type { TracedRun, TraceSinks } from '../../workflows/trace-interceptors.js';
import type { SpanPosition } from '../../workflows/traceparent.js';

export const tracer = (): ReturnType<typeof trace.getTracer> => trace.getTracer('tfx-temporal');

/** The context below a span of another process. */
export function contextBelow(parent: SpanPosition | undefined): Context {
  return parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, { ...idsOf(parent), isRemote: true });
}

/** What workflows call when they end; never in a replay. */
export function traceSinks(): InjectedSinks<TraceSinks> {
  return { tfxTrace: { runEnded: { fn: recordRun, callDuringReplay: false } } };
}

/** Records the span of a whole run, at its end: no process lives as long as a run may. */
function recordRun(info: WorkflowInfo, { own, parent, endedAt, outcome, error }: TracedRun): void {
  const attributes = {
    temporalWorkflowID: info.workflowId,
    temporalRunID: info.runId,
    'tfx.pipeline': info.workflowType,
    ...(outcome === undefined ? {} : { 'tfx.outcome': outcome }),
  };
  const options = { startTime: info.runStartTime, attributes };
  const span = known(tracer().startSpan(`RunWorkflow:${info.workflowType}`, options, contextBelow(parent)), own);
  if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: error });
  span.end(endedAt);
}

/** The run's activities named this span as their parent long before it is made, and tracers take no ids. */
function known(span: Span, own: SpanPosition): Span {
  const { traceFlags } = span.spanContext();
  return Object.assign(span, { spanContext: () => ({ ...idsOf(own), traceFlags }) });
}

function idsOf({ traceId, spanId, sampled }: SpanPosition): { traceId: string; spanId: string; traceFlags: number } {
  return { traceId, spanId, traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE };
}
