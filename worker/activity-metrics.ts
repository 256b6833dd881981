import { type Context, log } from '@temporalio/activity';
import { CancelledFailure, type MetricMeter } from '@temporalio/common';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, ActivityInterceptors } from '@temporalio/worker';
import type { BeginAnswer, ExecutorAnswer, FinishRequest } from '../activities/protocol.js';
import { hasSubject, type Subject, subjectOf } from './activity-subject.js';

/** Names, units and meanings of our own metrics: docs/observability.md lists them. */
const COMPONENT_SECONDS = 'tfx_component_duration_seconds';
const LINEAGE_SECONDS = 'tfx_lineage_duration_seconds';

/** Upper bounds in seconds: from a light component to a day of training. */
const COMPONENT_BUCKETS = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14_400, 86_400];
/** Upper bounds in seconds: from one transaction to an outage that was waited out. */
const LINEAGE_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60];

/** For the runtime's Prometheus exporter. */
export const histogramBuckets = { [COMPONENT_SECONDS]: COMPONENT_BUCKETS, [LINEAGE_SECONDS]: LINEAGE_BUCKETS };

/**
 * Measures our activities and puts run, node and execution on their log lines. Other activities of the same worker are
 * left alone.
 */
export function activityMetrics(isOurs: (activityType: string) => boolean): (context: Context) => ActivityInterceptors {
  return (context) => {
    const { activityType } = context.info;
    if (!isOurs(activityType) || !hasSubject(activityType)) return {};
    let subject: Subject | undefined;
    return {
      inbound: {
        execute: (input, next) => {
          subject = subjectOf(activityType, input.args[0]);
          return measure(context, subject, input, next);
        },
      },
      outbound: {
        getLogAttributes: (attributes, next) => next({ ...attributes, ...subject }),
      },
    };
  };
}

type Execute = NonNullable<ActivityInboundCallsInterceptor['execute']>;

async function measure(
  context: Context,
  subject: Subject,
  input: ActivityExecuteInput,
  next: Parameters<Execute>[1],
): Promise<unknown> {
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1000;
  try {
    const result = await next(input);
    record(context, subject, { seconds: seconds(), request: input.args[0], result, ended: 'complete' });
    return result;
  } catch (error) {
    const ended = error instanceof CancelledFailure ? 'canceled' : 'failed';
    record(context, subject, { seconds: seconds(), request: input.args[0], result: undefined, ended });
    throw error;
  }
}

interface Ended {
  readonly seconds: number;
  readonly request: unknown;
  readonly result: unknown;
  readonly ended: 'complete' | 'failed' | 'canceled';
}

function record(context: Context, subject: Subject, { seconds, request, result, ended }: Ended): void {
  const { activityType } = context.info;
  const meter = context.metricMeter;
  if (!activityType.startsWith('tfx.')) {
    recordComponent(meter, subject, { seconds, ended, metrics: (result as ExecutorAnswer | undefined)?.metrics });
    log.info(`${subject.node ?? activityType} ${ended}`, { seconds: Number(seconds.toFixed(3)) });
    return;
  }
  const operation = activityType.slice('tfx.'.length);
  meter
    .createHistogram(LINEAGE_SECONDS, 'float', 's', 'Time of begin, publish and finish, by operation')
    .record(seconds, { operation, result: ended });
  if (ended !== 'complete') return;
  if (operation === 'begin') recordCache(meter, subject, result as BeginAnswer);
  if (operation === 'finish') recordOutcome(meter, subject, request as FinishRequest);
}

function recordComponent(
  meter: MetricMeter,
  { pipeline, component = '' }: Subject,
  {
    seconds,
    ended,
    metrics,
  }: Pick<Ended, 'seconds' | 'ended'> & { readonly metrics: ExecutorAnswer['metrics'] | undefined },
): void {
  const tags = { pipeline, component };
  meter
    .createHistogram(COMPONENT_SECONDS, 'float', 's', 'Time of one attempt of a component’s executor')
    .record(seconds, { ...tags, result: ended });
  const rows = metrics?.['rows'];
  if (rows === undefined || rows <= 0) return;
  meter.createCounter('tfx_rows_total', undefined, 'Rows that components went through').add(Math.round(rows), tags);
}

function recordCache(meter: MetricMeter, { pipeline, component = '' }: Subject, answer: BeginAnswer): void {
  const result = answer.cached ? 'hit' : 'miss';
  meter
    .createCounter('tfx_cache_lookups_total', undefined, 'Component calls, by whether an earlier execution was reused')
    .add(1, { pipeline, component, result });
}

function recordOutcome(meter: MetricMeter, { pipeline }: Subject, { outcome, failure }: FinishRequest): void {
  const ended = outcome ?? (failure?.canceled === true ? 'CANCELED' : 'FAILED');
  meter.createCounter('tfx_runs_total', undefined, 'Runs that ended, by outcome').add(1, { pipeline, outcome: ended });
}
