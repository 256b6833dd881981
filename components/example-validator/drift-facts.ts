import type { Properties } from '../../artifacts/artifact.js';
import { cutBytes } from '../../errors/to-failure.js';
import type { AnomaliesProto, MeasurementProto } from '../../formats/statistics.js';
import { jsonBytes } from '../payload-limits.js';
import { sixDigits } from './rules/description.js';

/** What a comparison with earlier data came to. */
export interface DriftFacts {
  /** How many features (and data sets) are beyond a comparator. */
  readonly drifted: number;
  /** How many distances were measured. */
  readonly measured: number;
  /** The largest distances beside their thresholds, e.g. `city: L-infinity distance 0.4, threshold 0.1`. */
  readonly largest: readonly string[];
}

/**
 * Drift as an artifact's reference carries it: `DriftFacts` as JSON.
 * @param found - the anomalies of each split, of a validation with `previousStatistics`
 * @param beside - the other properties of the reference, which leave so much room as there is
 */
export function driftFacts(found: Readonly<Record<string, AnomaliesProto>>, beside: Properties = {}): string {
  const compared = Object.values(found).flatMap(comparisonsOf);
  const largest = [...compared].sort((a, b) => b.ratio - a.ratio);
  const says = [...new Set(largest.map(({ feature, says: what }) => `${cutBytes(feature, LONGEST_NAME)}: ${what}`))];
  const facts = (shown: number): string =>
    JSON.stringify({
      drifted: new Set(compared.filter(({ ratio }) => ratio > 1).map(({ feature }) => feature)).size,
      measured: compared.length,
      largest: says.slice(0, shown),
    } satisfies DriftFacts);
  for (let shown = MOST; shown > 0; shown--) {
    if (jsonBytes({ ...beside, drift: facts(shown) }) <= PROPERTIES_BYTES) return facts(shown);
  }
  return facts(0);
}

const MOST = 3;
/** A reference of 2 KiB has a URI and digests beside its properties. */
const PROPERTIES_BYTES = 1600;
const LONGEST_NAME = 60;

interface Comparison {
  readonly feature: string;
  readonly says: string;
  /** The distance by its threshold: above 1 is drift. */
  readonly ratio: number;
}

function comparisonsOf({ driftSkewInfo = [], anomalyInfo = {}, datasetAnomalyInfo }: AnomaliesProto): Comparison[] {
  const measured = driftSkewInfo.flatMap(({ path, driftMeasurements = [] }) =>
    driftMeasurements.map((measurement) => asComparison(path?.step?.join('.') ?? '', measurement)),
  );
  const infos = [...Object.entries(anomalyInfo), ['the data set', datasetAnomalyInfo] as const];
  const unmeasured = infos.flatMap(([feature, info]) =>
    (info?.reason ?? [])
      .filter(({ type }) => UNMEASURED.has(type ?? ''))
      .map(({ shortDescription = '' }) => ({ feature, says: shortDescription, ratio: Number.POSITIVE_INFINITY })),
  );
  return [...measured, ...unmeasured];
}

/** What a comparator finds without a distance. */
const UNMEASURED: ReadonlySet<string> = new Set([
  'COMPARATOR_CONTROL_DATA_MISSING',
  'COMPARATOR_HIGH_NUM_EXAMPLES',
  'COMPARATOR_LOW_NUM_EXAMPLES',
]);

const MEASURES: Readonly<Record<NonNullable<MeasurementProto['type']>, string>> = {
  L_INFTY: 'L-infinity distance',
  JENSEN_SHANNON_DIVERGENCE: 'Jensen-Shannon divergence',
  NORMALIZED_ABSOLUTE_DIFFERENCE: 'normalized absolute difference',
};

function asComparison(feature: string, { type, value = 0, threshold = 0 }: MeasurementProto): Comparison {
  const measure = type === undefined ? 'distance' : MEASURES[type];
  const ratio = threshold === 0 ? (value > 0 ? Number.POSITIVE_INFINITY : 0) : value / threshold;
  return { feature, says: `${measure} ${sixDigits(value)}, threshold ${sixDigits(threshold)}`, ratio };
}
