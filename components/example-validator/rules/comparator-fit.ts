import { comparatorMisfit } from '../../../formats/define-schema.js';
import type { FeatureComparatorProto } from '../../../formats/schema.js';
import type { FeatureView } from './statistics-view.js';

/**
 * Refuses a comparator that can not measure a feature whose statistics are known.
 *
 * @throws COMPARATOR_NOT_APPLICABLE
 */
export function checkComparatorOn(view: FeatureView, comparator: FeatureComparatorProto): void {
  const { numStats, stringStats, bytesStats } = view.data;
  if (view.numPresent === 0) return;
  const measured = { countsValues: stringStats !== undefined, hasHistogram: numStats !== undefined };
  const kind = bytesStats === undefined ? view.type : 'BYTES without value counts';
  comparatorMisfit(view.path.join('.'), kind, comparator, measured);
}
