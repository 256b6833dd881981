/** Sends spans out until it is closed, which waits for the last ones. */
export interface SpanExport {
  close(): Promise<void>;
}

const PACKAGES = '@opentelemetry/sdk-trace-node @opentelemetry/exporter-trace-otlp-http @opentelemetry/resources';

/**
 * Starts OpenTelemetry's own SDK where its environment says where to send spans (`OTEL_EXPORTER_OTLP_ENDPOINT`, or
 * `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`; the exporter reads the rest of `OTEL_*`). Its packages are the user's to install.
 * @param onMissing told, in a sentence, when they are not there: work goes on without traces
 */
export async function startSpanExport(onMissing: (sentence: string) => void): Promise<SpanExport | undefined> {
  if (!isWanted()) return undefined;
  try {
    const [{ NodeTracerProvider, BatchSpanProcessor }, { OTLPTraceExporter }, { resourceFromAttributes }] =
      await Promise.all([
        import('@opentelemetry/sdk-trace-node'),
        import('@opentelemetry/exporter-trace-otlp-http'),
        import('@opentelemetry/resources'),
      ]);
    const provider = new NodeTracerProvider({
      resource: resourceFromAttributes({ 'service.name': process.env['OTEL_SERVICE_NAME'] ?? 'tfx-temporal' }),
      spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
    });
    provider.register();
    return { close: () => provider.shutdown() };
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    onMissing(`Traces are wanted (OTEL_EXPORTER_OTLP_ENDPOINT), but not installed: npm install ${PACKAGES}`);
    return undefined;
  }
}

function isWanted(): boolean {
  const { env } = process;
  const endpoint = env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] ?? env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? '';
  return (
    endpoint !== '' && env['OTEL_SDK_DISABLED']?.toLowerCase() !== 'true' && env['OTEL_TRACES_EXPORTER'] !== 'none'
  );
}
