import type { FeatureProto } from '../../../formats/schema.js';
import { finding, sixDigits, type Finding } from './description.js';
import type { FeatureView } from './statistics-view.js';

const DROPPED = 'Column dropped';

export function inferPresence(view: FeatureView, feature: FeatureProto): void {
  feature.presence = { minCount: view.numPresent < 1 ? 0 : 1 };
  if (view.numPresent > 0 && view.numMissing === 0) feature.presence.minFraction = 1;
}

export function checkPresence(view: FeatureView, feature: FeatureProto): Finding[] {
  const { presence } = feature;
  if (presence === undefined) return [];
  const findings: Finding[] = [];
  const few = 'The feature was present in fewer examples than expected:';
  if (presence.minCount !== undefined && view.numPresent < presence.minCount) {
    const actual = Math.trunc(view.numPresent);
    const long = `${few} minimum count = ${presence.minCount}, actual = ${actual}`;
    findings.push(finding('FEATURE_TYPE_LOW_NUMBER_PRESENT', DROPPED, long));
    presence.minCount = actual;
  }
  const fraction = view.fractionPresent;
  if (presence.minFraction === undefined || fraction === undefined) return findings;
  if (fraction < presence.minFraction) {
    const long = `${few} minimum fraction = ${Math.fround(presence.minFraction).toFixed(6)}, actual = ${fraction.toFixed(6)}`;
    findings.push(finding('FEATURE_TYPE_LOW_FRACTION_PRESENT', DROPPED, long));
    presence.minFraction = fraction;
  }
  // So few missing that the fraction rounds to 1: seen by the count instead.
  if (presence.minFraction === 1 && view.numMissing !== 0) {
    const long = `The feature was expected everywhere, but was missing in ${sixDigits(view.numMissing)} examples.`;
    findings.push(finding('FEATURE_TYPE_LOW_FRACTION_PRESENT', DROPPED, long));
    presence.minFraction = 0.9999;
  }
  return findings;
}

export function checkUniqueness(view: FeatureView, feature: FeatureProto): Finding[] {
  const bounds = feature.uniqueConstraints;
  if (bounds === undefined) return [];
  const found = view.numUnique;
  if (found === undefined) {
    delete feature.uniqueConstraints;
    const long =
      'UniqueConstraints specified for the feature, but unique values were not counted ' +
      '(i.e., feature is not string or categorical).';
    return [finding('FEATURE_TYPE_NO_UNIQUE', 'No unique values', long)];
  }
  const findings: Finding[] = [];
  const { min = 0, max = 0 } = bounds;
  if (found < min) {
    const long = `Expected at least ${min} unique values but found only ${found}.`;
    findings.push(finding('FEATURE_TYPE_LOW_UNIQUE', 'Low number of unique values', long));
    bounds.min = found;
  }
  if (found > max) {
    const long = `Expected no more than ${max} unique values but found ${found}.`;
    findings.push(finding('FEATURE_TYPE_HIGH_UNIQUE', 'High number of unique values', long));
    bounds.max = found;
  }
  return findings;
}
