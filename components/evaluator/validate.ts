import type { Metric } from './metrics/metric.js';
import type { Measure, MetricKey, SliceMeasures } from './measure.js';
import { specText, type ChangeBounds, type EvaluationPlan, type PlannedThreshold, type ValueBounds } from './plan.js';
import type { SliceSpec } from './evaluation-config.js';
import { namesSlice, type SliceKey } from './slices.js';

/** A condition that a slice did not meet. */
export interface ThresholdFailure {
  readonly slice: SliceKey;
  readonly rows: number;
  readonly threshold: PlannedThreshold;
  readonly key: MetricKey;
  /** The metric, or the difference for a change. NaN where it is not defined. */
  readonly value: number;
  /** A change's two sides. */
  readonly candidate?: number;
  readonly baseline?: number;
}

export interface Validation {
  readonly ok: boolean;
  /** No baseline: thresholds on changes were left out. */
  readonly rubberStamp: boolean;
  /** There is nothing to check. */
  readonly missingThresholds: boolean;
  readonly failures: readonly ThresholdFailure[];
  /** Specifications of thresholds that no slice of the data matches. */
  readonly missingSlices: readonly { readonly spec: SliceSpec; readonly metric: Metric }[];
  /** How many slices each specification of a threshold (`[]`: none given) was checked on. */
  readonly details: readonly { readonly spec: SliceSpec; readonly matchingSlices: number }[];
}

/**
 * Checks every threshold on every slice that it holds for, by TFMA's rules: bounds are inclusive, NaN fails, a
 * threshold without slices holds for every measured slice, a specification without a matching slice fails, and
 * without a baseline conditions on changes are left out (the first model passes on its values alone).
 */
export function validate(
  slices: readonly SliceMeasures[],
  plan: EvaluationPlan,
  options: { readonly hasBaseline: boolean },
): Validation {
  const thresholds = plan.thresholds.filter(({ change }) => change === undefined || options.hasBaseline);
  const rubberStamp = !options.hasBaseline && plan.thresholds.some(({ change }) => change !== undefined);
  const missingThresholds = thresholds.length === 0;
  const matches = new Map<string, { spec: SliceSpec; matchingSlices: number }>();
  const failures = slices.flatMap((slice) => {
    const applicable = thresholds.filter((one) => one.slice === undefined || namesSlice(one.slice, slice.slice));
    for (const { spec } of uniqueSpecs(applicable)) count(matches, spec);
    return applicable.flatMap((threshold) => check(slice, threshold));
  });
  const missingSlices = uniqueSpecs(thresholds).filter(({ spec }) => !matches.has(specText(spec)));
  return {
    ok: missingThresholds ? rubberStamp : failures.length === 0 && missingSlices.length === 0,
    rubberStamp,
    missingThresholds: missingThresholds && !rubberStamp,
    failures: uniqueFailures(failures),
    missingSlices,
    details: [...matches.values()],
  };
}

function count(matches: Map<string, { spec: SliceSpec; matchingSlices: number }>, spec: SliceSpec): void {
  const text = specText(spec);
  const entry = matches.get(text) ?? { spec, matchingSlices: 0 };
  entry.matchingSlices += 1;
  matches.set(text, entry);
}

function uniqueSpecs(thresholds: readonly PlannedThreshold[]): { spec: SliceSpec; metric: Metric }[] {
  const specs = thresholds.map(({ slice, metric }) => ({ spec: slice ?? [], metric }));
  return [...new Map(specs.map((entry) => [specText(entry.spec), entry])).values()];
}

/** Two specifications may name the same slice: the same bounds are reported once. */
function uniqueFailures(failures: readonly ThresholdFailure[]): ThresholdFailure[] {
  const text = ({ slice, key, threshold }: ThresholdFailure) =>
    JSON.stringify([
      slice.map(([name, value]) => [name, String(value)]),
      key.metric.name,
      threshold.value,
      threshold.change,
    ]);
  return [...new Map(failures.map((failure) => [text(failure), failure])).values()];
}

function check(slice: SliceMeasures, threshold: PlannedThreshold): ThresholdFailure[] {
  const find = (role: MetricKey['role'], isDiff: boolean) =>
    slice.measures.find(({ key }) => isChecked(key, threshold.metric) && key.role === role && !!key.isDiff === isDiff);
  const measure = find('candidate', threshold.change !== undefined);
  const candidate = find('candidate', false)?.value ?? NaN;
  const baseline = find('baseline', false)?.value ?? NaN;
  if (measure && meets(measure, baseline, threshold)) return [];
  const key: MetricKey = measure?.key ?? { metric: threshold.metric, role: 'candidate' };
  const sides = threshold.change === undefined ? {} : { candidate, baseline };
  return [{ slice: slice.slice, rows: slice.rows, threshold, key, value: measure?.value ?? NaN, ...sides }];
}

/** Thresholds look at the whole or, for what is measured by class, at the macro average. */
function isChecked(key: MetricKey, metric: Metric): boolean {
  return key.metric.name === metric.name && key.classId === undefined;
}

function meets({ value }: Measure, baseline: number, threshold: PlannedThreshold): boolean {
  if (threshold.value) return withinBounds(value, threshold.value);
  return threshold.change !== undefined && changedEnough(value, baseline, threshold.change);
}

export function withinBounds(value: number, { lowerBound = -Infinity, upperBound = Infinity }: ValueBounds): boolean {
  return value >= lowerBound && value <= upperBound;
}

/** A baseline of 0 has no ratio, so a relative bound fails there, as in TFMA. */
export function changedEnough(difference: number, baseline: number, bounds: ChangeBounds): boolean {
  const enough = (change: number, bound: number | undefined) => {
    if (bound === undefined) return true;
    return bounds.direction === 'HIGHER_IS_BETTER' ? change >= bound : change <= bound;
  };
  const ratio = baseline === 0 ? NaN : difference / baseline;
  return enough(difference, bounds.absolute) && enough(ratio, bounds.relative);
}
