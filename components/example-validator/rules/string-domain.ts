import type { FeatureProto, StringDomainProto } from '../../../formats/schema.js';
import { cEscape, finding, type Finding } from './description.js';
import type { FeatureView } from './statistics-view.js';

/** Few enough distinct listed texts for a domain. */
export function looksLikeEnum(view: FeatureView, maxSize: number): boolean {
  const { size } = view.stringCounts;
  return !view.hasInvalidUtf8 && size > 0 && size <= maxSize;
}

/** The share of values that may lie outside the domain. */
export function maxOffDomain(feature: FeatureProto): number {
  const mass = feature.distributionConstraints?.minDomainMass;
  return mass === undefined ? 0 : 1 - mass;
}

function percentage(count: number, total: number): string {
  if (total === 0) return '?';
  const percent = (100 * count) / total;
  return percent < 1 ? '<1%' : `~${Math.floor(percent)}%`;
}

/** Compares a feature's texts with a domain and adds what is new to it. `unusable`: the domain must go. */
export function checkStringDomain(
  view: FeatureView,
  allowedOffDomain: number,
  domain: StringDomainProto,
): { findings: Finding[]; unusable: boolean } {
  if (view.hasInvalidUtf8) {
    const long = 'Found strings that were not valid UTF8 strings.';
    return { findings: [finding('ENUM_TYPE_INVALID_UTF8', 'Invalid UTF8 strings', long)], unusable: true };
  }
  const valid = new Set(domain.value ?? []);
  const unexpected = [...view.stringCounts].filter(([text]) => !valid.has(text));
  const count = unexpected.reduce((sum, [, frequency]) => sum + frequency, 0);
  const total = view.totalValues;
  const tooMany = count / total > allowedOffDomain || (allowedOffDomain === 0 && unexpected.length > 0);
  if (!tooMany) return { findings: [], unusable: false };
  const listed = unexpected.map(([text, frequency]) => `${cEscape(text)} (${percentage(frequency, total)})`).join(', ');
  domain.value = [...(domain.value ?? []), ...unexpected.map(([text]) => text)];
  const long = `Examples contain values missing from the schema: ${listed}. `;
  return {
    findings: [finding('ENUM_TYPE_UNEXPECTED_STRING_VALUES', 'Unexpected string values', long)],
    unusable: false,
  };
}
