/** The header by which Temporal's OpenTelemetry interceptors, in every language, hand a trace on. */
export const TRACE_HEADER = '_tracer-data';

/** One span of a trace, by W3C Trace Context's lower-case hexadecimal ids of 16 and 8 bytes. */
export interface SpanPosition {
  readonly traceId: string;
  readonly spanId: string;
  readonly sampled: boolean;
}

/** What the header carries. */
export interface TraceCarrier {
  readonly traceparent: string;
}

/** The span that a header names, if it names one. */
export function readCarrier(carrier: unknown): SpanPosition | undefined {
  const text: unknown =
    typeof carrier === 'object' && carrier !== null ? Reflect.get(carrier, 'traceparent') : undefined;
  const found = typeof text === 'string' ? /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(text) : null;
  const [, traceId = '', spanId = '', flags = ''] = found ?? [];
  return found === null ? undefined : { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

export const writeCarrier = ({ traceId, spanId, sampled }: SpanPosition): TraceCarrier => ({
  traceparent: `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`,
});

/**
 * The span of a whole run, which its run id names: so workflow code and every worker agree on it, in replays too. A run
 * whose starter was not traced, as by a schedule or Temporal's UI, is a trace of its own, and its run id the trace's.
 */
export function spanOfRun(runId: string, parent: SpanPosition | undefined): SpanPosition | undefined {
  const id = runId.replaceAll('-', '').toLowerCase();
  if (!/^[0-9a-f]{16}(?!0{16})[0-9a-f]{16}$/.test(id)) return undefined;
  return { traceId: parent?.traceId ?? id, spanId: id.slice(16), sampled: parent?.sampled ?? true };
}
