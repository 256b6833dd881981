import type { FeatureProto } from '../../../formats/schema.js';
import { finding, type Finding } from './description.js';
import type { FeatureView } from './statistics-view.js';

/** A shape when at every nest level nothing is missing and all lists have the same length above zero. */
export function inferShape(view: FeatureView, feature: FeatureProto): void {
  if (view.featureType === 'STRUCT') return;
  const sizes = view.valueCounts.map(([min, max]) => (min === max ? min : 0));
  if (sizes.some((size) => size <= 0) || view.numMissingNested.some((missing) => missing !== 0)) return;
  feature.shape = { dim: sizes.map((size) => ({ size })) };
}

export function checkShape(view: FeatureView, feature: FeatureProto): Finding[] {
  const product = (numbers: readonly number[]): number => numbers.reduce((total, number) => total * number, 1);
  const expected = product((feature.shape?.dim ?? []).map(({ size = 0 }) => size));
  const fixed = view.valueCounts.every(([min, max]) => min === max && min !== 0);
  const actual = product(view.valueCounts.map(([min]) => min));
  const missing = view.numMissingNested.some((count) => count !== 0);
  if (fixed && !missing && actual === expected) return [];
  delete feature.shape;
  const long =
    !fixed || missing
      ? "The feature has a shape, but it's not always present (if the feature is nested, then it should always be " +
        'present at each nested level) or its value lengths vary.'
      : `The feature has fixed value length ${actual} but it's not compatible with the specified shape.`;
  return [finding('INVALID_FEATURE_SHAPE', 'Feature shape dropped', long)];
}
