import type { FeatureStatisticsProto } from '../../../formats/statistics.js';

/** The steps to a feature: one for a top-level feature, more for fields of structures. */
export type FeaturePath = readonly string[];

const STANDARD_STEP = /^(\([^()]*\)|[^().']+)$/;

/** A path as TFDV writes it: steps joined by dots, a step with special characters in single quotes. */
export function serializePath(path: FeaturePath): string {
  return path.map((step) => (STANDARD_STEP.test(step) ? step : `'${step.replaceAll("'", "''")}'`)).join('.');
}

/** The path of a feature's statistics, which older files give as a name only. */
export function pathOf(feature: FeatureStatisticsProto): FeaturePath {
  return feature.path?.step ?? [feature.name ?? ''];
}

const SURROGATE = /[\ud800-\udfff]/;

/** Order of text by its UTF-8 bytes, as in TFDV's sorted maps. */
export function compareUtf8(a: string, b: string): number {
  if (a === b) return 0;
  // Only characters beyond the basic plane order otherwise by their UTF-16 units.
  if (SURROGATE.test(a) || SURROGATE.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : 1;
}
