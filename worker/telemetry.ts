import { DefaultLogger, type LogEntry, makeTelemetryFilterString, type RuntimeOptions } from '@temporalio/worker';
import { histogramBuckets } from './activity-metrics.js';
import type { TelemetryOptions } from './config.js';

/** What Temporal's runtime is installed with, once per process and before the first connection. */
export function runtimeOptions({ metrics, logs = 'text' }: TelemetryOptions): RuntimeOptions {
  return {
    shutdownSignals: ['SIGINT', 'SIGTERM'],
    ...(logs === 'json' ? { logger: new DefaultLogger('INFO', writeJson) } : {}),
    telemetryOptions: {
      logging: { filter: makeTelemetryFilterString({ core: 'WARN' }), forward: {} },
      ...(metrics === undefined ? {} : { metrics: prometheusAt(metrics) }),
    },
  };
}

function prometheusAt(bindAddress: string) {
  return {
    prometheus: {
      bindAddress,
      countersTotalSuffix: false,
      useSecondsForDurations: true,
      histogramBucketOverrides: histogramBuckets,
    },
  };
}

/** One line of JSON: `time`, `level`, `message`, and what is known of the run (`workflowId`, `runId`, `node`, …). */
function writeJson({ level, message, timestampNanos, meta }: LogEntry): void {
  const time = new Date(Number(timestampNanos / 1_000_000n)).toISOString();
  const { error, ...facts } = (meta ?? {}) as Record<string, unknown>;
  Reflect.deleteProperty(facts, 'taskToken');
  const shown = error instanceof Error ? { error: error.stack ?? error.message } : error === undefined ? {} : { error };
  process.stderr.write(`${JSON.stringify({ time, level, message, ...facts, ...shown }, bigintAsText)}\n`);
}

const bigintAsText = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);
