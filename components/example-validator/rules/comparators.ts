import type { FeatureComparatorProto } from '../../../formats/schema.js';
import type { MeasurementProto } from '../../../formats/statistics.js';
import { finding, sixDigits, type Finding } from './description.js';
import { featureDivergence, lInfinity, normalizedAbsoluteDifference } from './distances.js';
import type { FeatureView } from './statistics-view.js';

export type ComparatorKind = 'drift' | 'skew';

export interface Comparison {
  readonly findings: readonly Finding[];
  /** Every distance that was computed, also those within their threshold. */
  readonly measurements: readonly MeasurementProto[];
}

const SIDES = {
  drift: { treatment: 'current', control: 'previous' },
  skew: { treatment: 'training', control: 'serving' },
} as const;

/** Measures a feature against the data set that its comparator means; a threshold that was passed is raised. */
export function compareFeature(
  view: FeatureView,
  kind: ComparatorKind,
  comparator: FeatureComparatorProto,
): Comparison {
  const thresholds = [comparator.infinityNorm, comparator.jensenShannonDivergence, comparator.normalizedAbsDifference];
  const { previousSpan, serving } = view.dataset.controls;
  const dataset = kind === 'drift' ? previousSpan : serving;
  if (dataset === undefined || thresholds.every((rule) => rule?.threshold === undefined))
    return { findings: [], measurements: [] };
  const { control } = SIDES[kind];
  const other = dataset.byPath(view.path);
  if (other !== undefined) return measure(view, other, kind, comparator);
  delete comparator.infinityNorm?.threshold;
  delete comparator.jensenShannonDivergence?.threshold;
  const missing = finding('COMPARATOR_CONTROL_DATA_MISSING', `${control} data missing`, `${control} data is missing.`);
  return { findings: [missing], measurements: [] };
}

function measure(
  view: FeatureView,
  other: FeatureView,
  kind: ComparatorKind,
  comparator: FeatureComparatorProto,
): Comparison {
  const { treatment, control } = SIDES[kind];
  const between = `between ${treatment} and ${control}`;
  const findings: Finding[] = [];
  const measurements: MeasurementProto[] = [];
  const judge = (
    rule: { threshold?: number } | undefined,
    type: NonNullable<MeasurementProto['type']>,
    distance: () => { value?: string; distance: number } | undefined,
    words: { anomaly: string; short: string; long: string },
  ): void => {
    const threshold = rule?.threshold;
    const found = threshold === undefined ? undefined : distance();
    if (rule === undefined || threshold === undefined || found === undefined) return;
    measurements.push({ type, value: found.distance, threshold });
    if (!(found.distance > threshold)) return;
    const which = found.value === undefined ? '.' : `. The feature value with maximum difference is: ${found.value}`;
    const amount = `${sixDigits(found.distance)} (up to six significant digits), above the threshold ${sixDigits(threshold)}`;
    findings.push(finding(words.anomaly, `${words.short} ${between}`, `${words.long} ${between} is ${amount}${which}`));
    rule.threshold = found.distance;
  };
  judge(comparator.infinityNorm, 'L_INFTY', () => lInfinity(view.stringCounts, other.stringCounts), {
    anomaly: 'COMPARATOR_L_INFTY_HIGH',
    short: 'High Linfty distance',
    long: 'The Linfty distance',
  });
  const absolute = () => normalizedAbsoluteDifference(view.stringCounts, other.stringCounts);
  judge(comparator.normalizedAbsDifference, 'NORMALIZED_ABSOLUTE_DIFFERENCE', absolute, {
    anomaly: 'COMPARATOR_NORMALIZED_ABSOLUTE_DIFFERENCE_HIGH',
    short: 'High normalized absolute difference',
    long: 'The normalized absolute difference',
  });
  const source = comparator.jensenShannonDivergence?.source?.type === 'QUANTILES' ? 'QUANTILES' : 'STANDARD';
  const divergence = (): { distance: number } | undefined => {
    const distance = featureDivergence(view, other, source);
    return distance === undefined ? undefined : { distance };
  };
  judge(comparator.jensenShannonDivergence, 'JENSEN_SHANNON_DIVERGENCE', divergence, {
    anomaly: 'COMPARATOR_JENSEN_SHANNON_DIVERGENCE_HIGH',
    short: 'High approximate Jensen-Shannon divergence',
    long: 'The approximate Jensen-Shannon divergence',
  });
  return { findings, measurements };
}
