import type { FeatureProto, FeatureTypeName, ValueCountProto } from '../../../formats/schema.js';
import { finding, type Finding } from './description.js';
import { clearDomain, domainKind, domainName, type DomainKind } from './feature-domain.js';
import { deprecate, isDeprecated } from './lifecycle.js';
import type { WorkingSchema } from './working-schema.js';

const ALLOWED_TYPES: Readonly<Record<Exclude<DomainKind, 'timeOfDayDomain'>, readonly FeatureTypeName[]>> = {
  domain: ['BYTES'],
  boolDomain: ['INT', 'BYTES', 'FLOAT'],
  intDomain: ['INT', 'BYTES'],
  floatDomain: ['FLOAT', 'BYTES'],
  stringDomain: ['BYTES'],
  structDomain: ['STRUCT'],
  naturalLanguageDomain: ['BYTES', 'INT'],
  imageDomain: ['BYTES'],
  midDomain: ['BYTES'],
  urlDomain: ['BYTES'],
  timeDomain: ['INT', 'BYTES'],
};
const ANY_TYPE: readonly FeatureTypeName[] = ['INT', 'FLOAT', 'BYTES', 'STRUCT'];

const specification = (short: string, long?: string): Finding => finding('INVALID_SCHEMA_SPECIFICATION', short, long);

/** What is wrong with a feature's own rules, whatever the data; the feature is corrected, or deprecated when it can not be. */
export function checkFeatureItself(working: WorkingSchema, feature: FeatureProto): Finding[] {
  if (isDeprecated(feature)) return [];
  if (feature.name === undefined) {
    deprecate(feature);
    const short = 'unspecified name (maybe meant to be the empty string): find name rather than deprecating.';
    return [finding('FEATURE_MISSING_NAME', short, '')];
  }
  const findings = checkType(feature);
  if (isDeprecated(feature)) return findings;
  return [
    ...findings,
    ...checkPresenceRule(feature),
    ...checkCountRules(feature),
    ...checkShapeRule(feature),
    ...checkDomainFitsType(feature),
    ...checkDomainItself(working, feature),
  ];
}

function checkType(feature: FeatureProto): Finding[] {
  if (feature.type !== undefined) return [];
  if (feature.domain !== undefined || feature.stringDomain !== undefined) {
    feature.type = 'BYTES';
    const short = 'unspecified type: inferring the type to be BYTES, given the domain specified.';
    return [finding('FEATURE_MISSING_TYPE', short, '')];
  }
  deprecate(feature);
  const short = 'unspecified type: determine the type and set it, rather than deprecating.';
  return [finding('FEATURE_MISSING_TYPE', short, '')];
}

function checkPresenceRule({ presence }: FeatureProto): Finding[] {
  if (presence?.minFraction === undefined) return [];
  if (presence.minFraction < 0) {
    delete presence.minFraction;
    return [specification('min_fraction should not be negative: clear is equal to zero', '')];
  }
  if (presence.minFraction <= 1) return [];
  presence.minFraction = 1;
  return [specification('min_fraction should not greater than 1', '')];
}

function checkCountRules(feature: FeatureProto): Finding[] {
  const flat = feature.valueCount ? checkCount(feature.valueCount, 'ValueCount', '') : [];
  const nested = (feature.valueCounts?.valueCount ?? []).flatMap((count, level) =>
    checkCount(count, 'ValueCounts', ` at level ${level}`),
  );
  return [...flat, ...nested];
}

function checkCount(count: ValueCountProto, name: string, where: string): Finding[] {
  const findings: Finding[] = [];
  const says = (bound: string, rule: string): Finding =>
    specification(`${name}.${bound} ${rule}`, where === '' ? '' : `${name}.${bound}${where} ${rule}.`);
  if ((count.min ?? 0) < 0) {
    delete count.min;
    findings.push(says('min', 'should not be negative'));
  }
  if (count.max !== undefined && count.max < (count.min ?? 0)) {
    count.max = count.min ?? 0;
    findings.push(says('max', 'should not be less than min'));
  }
  return findings;
}

function checkShapeRule(feature: FeatureProto): Finding[] {
  if (!(feature.shape?.dim ?? []).some(({ size = 0 }) => size <= 0)) return [];
  delete feature.shape;
  return [specification('Shape.dim.size must be a positive integer', '')];
}

function checkDomainFitsType(feature: FeatureProto): Finding[] {
  const kind = domainKind(feature);
  const allowed = kind === undefined || kind === 'timeOfDayDomain' ? ANY_TYPE : ALLOWED_TYPES[kind];
  if (feature.type === undefined || allowed.includes(feature.type)) return [];
  const long = `The domain "${domainName(feature)}" does not match the type: ${feature.type}`;
  clearDomain(feature);
  return [finding('DOMAIN_INVALID_FOR_TYPE', 'The domain does not match the type', long)];
}

const CONSTRAINTS_PROBLEM: Readonly<Partial<Record<DomainKind | 'none', string>>> = {
  boolDomain: 'distribution constraints not supported for bool domains.',
  intDomain: 'distribution constraints not supported for int domains.',
  floatDomain: 'distribution constraints not supported for float domains.',
  structDomain: 'distribution constraints not supported for struct domains.',
  naturalLanguageDomain: 'distribution constraints not supported for semantic domains.',
  imageDomain: 'distribution constraints not supported for semantic domains.',
  midDomain: 'distribution constraints not supported for semantic domains.',
  urlDomain: 'distribution constraints not supported for semantic domains.',
  timeDomain: 'distribution constraints not supported for semantic domains.',
  none: 'distribution constraints require domain or string domain.',
};

function checkDomainItself(working: WorkingSchema, feature: FeatureProto): Finding[] {
  const kind = domainKind(feature);
  if (kind === 'timeOfDayDomain') {
    clearDomain(feature);
    return [finding('INVALID_DOMAIN_SPECIFICATION', 'internal issue: unknown domain_info type', '')];
  }
  if (feature.domain !== undefined && working.stringDomain(feature.domain) === undefined) {
    delete feature.domain;
    return [finding('INVALID_DOMAIN_SPECIFICATION', 'missing domain: ', '')];
  }
  const findings = kind === 'stringDomain' ? checkRepeats(feature) : [];
  const problem = CONSTRAINTS_PROBLEM[kind ?? 'none'];
  if (problem !== undefined && feature.distributionConstraints !== undefined) {
    delete feature.distributionConstraints;
    findings.push(specification(problem, ''));
  }
  if (kind === 'boolDomain') clearEqualBoolValues(feature);
  return findings;
}

/** TFDV corrects repeated values of an inline domain without reporting them. */
function checkRepeats(feature: FeatureProto): Finding[] {
  if (feature.stringDomain?.value) feature.stringDomain.value = [...new Set(feature.stringDomain.value)];
  return [];
}

/** TFDV corrects equal true and false values without reporting them. */
function clearEqualBoolValues({ boolDomain }: FeatureProto): void {
  if (boolDomain?.trueValue !== undefined && boolDomain.trueValue === boolDomain.falseValue)
    delete boolDomain.falseValue;
}
