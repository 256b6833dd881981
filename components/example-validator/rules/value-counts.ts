import type { FeatureProto, ValueCountProto } from '../../../formats/schema.js';
import { finding, type Finding } from './description.js';
import type { FeatureView } from './statistics-view.js';

/** What is inferred of how many values there are: exactly n, or at least one. */
function inferred([min, max]: readonly [number, number]): ValueCountProto {
  if (min <= 0) return {};
  return min === max ? { min, max } : { min: 1 };
}

export function inferValueCount(view: FeatureView, feature: FeatureProto): void {
  if (view.isNested) {
    feature.valueCounts = { valueCount: view.valueCounts.map(inferred) };
    return;
  }
  const [first] = view.valueCounts;
  if (first !== undefined && first[0] > 0) feature.valueCount = inferred(first);
}

export function checkValueCounts(view: FeatureView, feature: FeatureProto): Finding[] {
  if (feature.valueCount !== undefined) return checkFlat(view, feature, feature.valueCount);
  const levels = feature.valueCounts?.valueCount ?? [];
  if (levels.length !== view.valueCounts.length) {
    delete feature.valueCounts;
    inferValueCount(view, feature);
    const long = 'The values have a different nest level than expected. Value counts will not be checked.';
    return [finding('VALUE_NESTEDNESS_MISMATCH', 'Mismatched value nest level', long)];
  }
  return levels.flatMap((level, depth) =>
    checkLevel(view.valueCounts[depth] ?? [0, 0], level, ` at nestedness level ${depth}`),
  );
}

function checkFlat(view: FeatureView, feature: FeatureProto, expected: ValueCountProto): Finding[] {
  const [first, ...deeper] = view.valueCounts;
  if (first !== undefined && deeper.length === 0) return checkLevel(first, expected, '');
  delete feature.valueCount;
  inferValueCount(view, feature);
  const long =
    'This feature has a value_count, but the nestedness level of the feature > 1. For features with nestedness ' +
    'levels greater than 1, value_counts, not value_count, should be specified.';
  return [finding('VALUE_NESTEDNESS_MISMATCH', 'Mismatched value nest level', long)];
}

function checkLevel([min, max]: readonly [number, number], expected: ValueCountProto, where: string): Finding[] {
  const findings: Finding[] = [];
  if (expected.min !== undefined && min < expected.min) {
    const long = `Some examples have fewer values than expected${where}.`;
    findings.push(finding('FEATURE_TYPE_LOW_NUMBER_VALUES', 'Missing values', long));
    if (min === 0) delete expected.min;
    else expected.min = min;
  }
  if (expected.max !== undefined && max > expected.max) {
    const long = `Some examples have more values than expected${where}.`;
    findings.push(finding('FEATURE_TYPE_HIGH_NUMBER_VALUES', 'Superfluous values', long));
    expected.max = max;
  }
  return findings;
}
