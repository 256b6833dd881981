import { PipelineError } from '../../errors/pipeline-error.js';
import type { ChangeThreshold, EvaluationConfig, SliceSpec, Threshold } from './evaluation-config.js';
import { metricNamed, usualMetrics } from './metrics/catalogue.js';
import type { Direction, Head, Metric } from './metrics/metric.js';

export interface ValueBounds {
  readonly lowerBound?: number;
  readonly upperBound?: number;
}

export interface ChangeBounds {
  readonly absolute?: number;
  readonly relative?: number;
  readonly direction: Direction;
}

/** One condition on one metric. Exactly one of `value` and `change` is set. */
export interface PlannedThreshold {
  readonly metric: Metric;
  /** Undefined: every slice that is measured. */
  readonly slice: SliceSpec | undefined;
  readonly value?: ValueBounds;
  readonly change?: ChangeBounds;
}

/** A checked evaluation config, for one kind of model. */
export interface EvaluationPlan {
  readonly head: Head;
  /** Number of classes of a multiclass head, else 1. */
  readonly classes: number;
  readonly weighted: boolean;
  readonly metrics: readonly Metric[];
  readonly slices: readonly SliceSpec[];
  readonly thresholds: readonly PlannedThreshold[];
}

/**
 * Checks a config against the kind of model and fills in what it leaves out. Metrics and slices that only a threshold
 * names are measured too.
 *
 * @throws EVALUATION_METRIC_UNKNOWN, EVALUATION_METRIC_MISMATCH, EVALUATION_CONFIG_INVALID
 */
export function planEvaluation(config: EvaluationConfig, head: Head, classes: number): EvaluationPlan {
  const thresholds = Object.entries(config.thresholds ?? {}).flatMap(([name, given]) => {
    const metric = metricNamed(name, head);
    return [given].flat().flatMap((threshold) => plannedThresholds(name, metric, threshold));
  });
  const listed = (config.metrics ?? usualMetrics(head)).map((name) => metricNamed(name, head));
  const metrics = uniqueBy([...listed, ...thresholds.map(({ metric }) => metric)], (metric) => metric.name);
  const named = thresholds.flatMap(({ slice }) => (slice === undefined ? [] : [slice]));
  return {
    head,
    classes,
    weighted: config.weight !== undefined,
    metrics,
    slices: uniqueBy([...(config.slices ?? [[]]), ...named], specText),
    thresholds: thresholds.map((threshold) => ({
      ...threshold,
      metric: metrics.find(({ name }) => name === threshold.metric.name) ?? threshold.metric,
    })),
  };
}

/** The same text for the same specification, however its features are ordered. */
export function specText(spec: SliceSpec): string {
  return JSON.stringify(Array.isArray(spec) ? [...spec].sort() : Object.entries(spec).sort());
}

function plannedThresholds(name: string, metric: Metric, threshold: Threshold): PlannedThreshold[] {
  const { lowerBound, upperBound, change } = threshold;
  if (lowerBound === undefined && upperBound === undefined && change === undefined) {
    throw invalid(name, 'has none of lowerBound, upperBound and change', 'Give one of them, or remove the entry.');
  }
  if (lowerBound !== undefined && upperBound !== undefined && lowerBound > upperBound) {
    throw invalid(name, `has lowerBound ${lowerBound} above upperBound ${upperBound}`, 'Swap or correct the bounds.');
  }
  const value = lowerBound !== undefined || upperBound !== undefined ? bounds(lowerBound, upperBound) : undefined;
  const changed = change === undefined ? undefined : changeBounds(name, metric, change);
  const specs: readonly (SliceSpec | undefined)[] = threshold.slices ?? [undefined];
  return specs.flatMap((slice) => [
    ...(value ? [{ metric, slice, value }] : []),
    ...(changed ? [{ metric, slice, change: changed }] : []),
  ]);
}

function bounds(lowerBound: number | undefined, upperBound: number | undefined): ValueBounds {
  return { ...(lowerBound === undefined ? {} : { lowerBound }), ...(upperBound === undefined ? {} : { upperBound }) };
}

function changeBounds(name: string, metric: Metric, change: ChangeThreshold): ChangeBounds {
  const { absolute, relative, direction = metric.direction } = change;
  if (absolute === undefined && relative === undefined) {
    throw invalid(name, 'has a change without absolute and relative', 'Give e.g. { absolute: 0 }: not worse at all.');
  }
  if (direction === undefined) {
    throw invalid(name, 'has a change without a direction', 'Give HIGHER_IS_BETTER or LOWER_IS_BETTER.');
  }
  return {
    ...(absolute === undefined ? {} : { absolute }),
    ...(relative === undefined ? {} : { relative }),
    direction,
  };
}

function invalid(name: string, what: string, fix: string): PipelineError {
  return new PipelineError('EVALUATION_CONFIG_INVALID', {
    what: `The threshold on ${name} ${what}.`,
    fix,
    details: { threshold: name },
  });
}

function uniqueBy<T>(items: readonly T[], key: (item: T) => string): T[] {
  return [...new Map(items.map((item) => [key(item), item])).values()];
}
