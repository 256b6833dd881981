import { defaultPayloadConverter, type Headers } from '@temporalio/common';
import { isCancellation, proxySinks, type Sinks, type WorkflowInterceptors, workflowInfo } from '@temporalio/workflow';
import { type SpanPosition, spanOfRun, readCarrier, TRACE_HEADER, writeCarrier } from './traceparent.js';

/** How a run ended, for its span. */
export interface TracedRun {
  readonly own: SpanPosition;
  readonly parent?: SpanPosition;
  /** Milliseconds since 1970. */
  readonly endedAt: number;
  /** A pipeline's outcome; `CANCELED`; or nothing that is known. */
  readonly outcome?: string;
  /** What the run failed with. */
  readonly error?: string;
}

export interface TraceSinks extends Sinks {
  tfxTrace: { runEnded(run: TracedRun): void };
}

/**
 * Hands the trace of whoever started a run on to its activities and children, as headers: commands stay as they are.
 * Spans are made outside of the sandbox, by workers that trace.
 */
export function interceptors(): WorkflowInterceptors {
  const { tfxTrace } = proxySinks<TraceSinks>();
  let own: SpanPosition | undefined;
  const handOn = <I extends { readonly headers: Headers }>(input: I): I =>
    own === undefined ? input : { ...input, headers: { ...input.headers, [TRACE_HEADER]: encoded(own) } };
  return {
    inbound: [
      {
        execute: async (input, next) => {
          const parent = decoded(input.headers[TRACE_HEADER]);
          own = spanOfRun(workflowInfo().runId, parent);
          if (own === undefined) return await next(input);
          const run = { own, ...(parent === undefined ? {} : { parent }) };
          try {
            const result = await next(input);
            tfxTrace.runEnded({ ...run, endedAt: Date.now(), ...outcomeOf(result) });
            return result;
          } catch (error) {
            tfxTrace.runEnded({ ...run, endedAt: Date.now(), ...endOf(error) });
            throw error;
          }
        },
      },
    ],
    outbound: [
      {
        scheduleActivity: (input, next) => next(handOn(input)),
        scheduleLocalActivity: (input, next) => next(handOn(input)),
        startChildWorkflowExecution: (input, next) => next(handOn(input)),
      },
    ],
  };
}

function outcomeOf(result: unknown): { readonly outcome?: string } {
  const outcome: unknown = typeof result === 'object' && result !== null ? Reflect.get(result, 'outcome') : undefined;
  return typeof outcome === 'string' ? { outcome } : {};
}

function endOf(error: unknown): Pick<TracedRun, 'outcome' | 'error'> {
  if (isCancellation(error)) return { outcome: 'CANCELED' };
  if (!(error instanceof Error)) return { error: String(error) };
  return error.name === 'ContinueAsNew' ? {} : { error: error.message.split('\n')[0] ?? error.name };
}

const encoded = (span: SpanPosition): NonNullable<Headers[string]> =>
  defaultPayloadConverter.toPayload(writeCarrier(span));

const decoded = (payload: Headers[string] | undefined): SpanPosition | undefined =>
  payload === undefined ? undefined : readCarrier(defaultPayloadConverter.fromPayload(payload));
