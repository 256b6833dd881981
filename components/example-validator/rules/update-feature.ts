import type { FeatureProto } from '../../../formats/schema.js';
import type { DriftSkewInfoProto } from '../../../formats/statistics.js';
import { checkBoolDomain } from './bool-domain.js';
import { compareFeature } from './comparators.js';
import { checkSparseFeature, checkWeightedFeature } from './composite-features.js';
import { createColumn, type ColumnInference } from './create-column.js';
import { finding, type Finding } from './description.js';
import { clearDomain, domainKind, type DomainKind } from './feature-domain.js';
import { checkFloatDomain } from './float-domain.js';
import { checkIntDomain } from './int-domain.js';
import { deprecate, isDeprecated, isInEnvironment, isRequired } from './lifecycle.js';
import { checkPresence, checkUniqueness } from './presence.js';
import { checkFeatureItself } from './self-check.js';
import { adoptSemanticDomain, checkImageDomain, checkNaturalLanguageDomain } from './semantic-domains.js';
import { checkShape } from './shape.js';
import type { FeatureView } from './statistics-view.js';
import { checkStringDomain, maxOffDomain } from './string-domain.js';
import { checkValueCounts } from './value-counts.js';
import type { WorkingSchema } from './working-schema.js';

export interface FeatureUpdate {
  readonly findings: readonly Finding[];
  readonly driftSkew?: DriftSkewInfoProto | undefined;
}

/** Compares one feature's statistics with the schema, and corrects the schema where they disagree. */
export function updateFeature(working: WorkingSchema, view: FeatureView, inference: ColumnInference): FeatureUpdate {
  const feature = working.feature(view.path);
  const sparse = working.sparseFeature(view.path);
  const weighted = working.weightedFeature(view.path);
  if (weighted !== undefined) {
    if ((feature ?? sparse) === undefined || isDeprecated(weighted))
      return { findings: checkWeightedFeature(view, weighted) };
    for (const collided of [weighted, feature, sparse]) if (collided) deprecate(collided);
    return collision('WEIGHTED_FEATURE_NAME_COLLISION', 'Weighted feature name collision');
  }
  if (sparse !== undefined && !isDeprecated(sparse)) {
    if (feature === undefined || isDeprecated(feature)) return { findings: checkSparseFeature(view, sparse) };
    for (const collided of [sparse, feature]) deprecate(collided);
    return collision('SPARSE_FEATURE_NAME_COLLISION', 'Sparse feature name collision');
  }
  if (feature !== undefined) return checkFeature(working, view, feature);
  createColumn(working, view, inference);
  const long = 'New column (column in data but not in schema)';
  return { findings: [finding('SCHEMA_NEW_COLUMN', 'New column', long)] };
}

const collision = (type: string, short: string): FeatureUpdate => ({ findings: [finding(type, short, `${short}.`)] });

function checkFeature(working: WorkingSchema, view: FeatureView, feature: FeatureProto): FeatureUpdate {
  const findings = checkFeatureItself(working, feature);
  if (isDeprecated(feature)) return { findings };
  const { environment } = view.dataset;
  if (view.numPresent === 0) {
    if (!isRequired(working.schema, feature, environment)) return { findings };
    deprecate(feature);
    const long = 'The feature was not present in any examples.';
    return { findings: [...findings, finding('FEATURE_TYPE_NOT_PRESENT', 'Column dropped', long)] };
  }
  findings.push(
    ...checkEnvironment(working, view, feature),
    ...(feature.valueCount || feature.valueCounts ? checkValueCounts(view, feature) : []),
    ...(feature.shape ? checkShape(view, feature) : []),
    ...checkPresence(view, feature),
    ...checkType(view, feature),
    ...checkBytesDomain(view, feature),
    ...checkDomain(working, view, feature),
    ...checkUniqueness(view, feature),
  );
  const compared = compare(view, feature);
  findings.push(...compared.findings, ...checkDerived(view, feature));
  return { findings, driftSkew: compared.driftSkew };
}

function checkEnvironment(working: WorkingSchema, view: FeatureView, feature: FeatureProto): Finding[] {
  const { environment } = view.dataset;
  if (environment === undefined || isInEnvironment(working.schema, feature, environment)) return [];
  if (feature.notInEnvironment)
    feature.notInEnvironment = feature.notInEnvironment.filter((name) => name !== environment);
  if (!isInEnvironment(working.schema, feature, environment)) (feature.inEnvironment ??= []).push(environment);
  const long = `New column ${view.key} found in data but not in the environment ${environment} in the schema.`;
  return [finding('SCHEMA_NEW_COLUMN', 'Column missing in environment', long)];
}

function checkType(view: FeatureView, feature: FeatureProto): Finding[] {
  if (view.featureType === feature.type) return [];
  deprecate(feature);
  const long = `Expected data of type: ${feature.type ?? 'TYPE_UNKNOWN'} but got ${view.type}`;
  return [finding('UNEXPECTED_DATA_TYPE', 'Unexpected data type', long)];
}

const BYTES_DOMAINS: ReadonlySet<DomainKind | undefined> = new Set([
  undefined,
  'naturalLanguageDomain',
  'imageDomain',
  'urlDomain',
] as const);

function checkBytesDomain(view: FeatureView, feature: FeatureProto): Finding[] {
  const kind = domainKind(feature);
  if (view.type !== 'BYTES' || BYTES_DOMAINS.has(kind)) return [];
  clearDomain(feature);
  const long = `Data is marked as BYTES with incompatible domain_info: ${String(kind)}`;
  return [finding('DOMAIN_INVALID_FOR_TYPE', 'Invalid domain type', long)];
}

function checkDomain(working: WorkingSchema, view: FeatureView, feature: FeatureProto): Finding[] {
  switch (domainKind(feature)) {
    case 'domain':
      return checkNamedDomain(working, view, feature);
    case 'stringDomain': {
      const { findings, unusable } = checkStringDomain(view, maxOffDomain(feature), feature.stringDomain ?? {});
      if (unusable) clearDomain(feature);
      return findings;
    }
    case 'boolDomain':
      return checkBoolDomain(view, feature);
    case 'intDomain':
      return checkIntDomain(view, feature);
    case 'floatDomain':
      return checkFloatDomain(view, feature);
    case 'imageDomain':
      return checkImageDomain(view, feature);
    case 'naturalLanguageDomain':
      return checkNaturalLanguageDomain(view, feature);
    case undefined: {
      if (!adoptSemanticDomain(view, feature)) return [];
      const long = `Updated semantic domain for feature: ${feature.name ?? ''}`;
      return [finding('SEMANTIC_DOMAIN_UPDATE', 'Updated semantic domain', long)];
    }
    default:
      return [];
  }
}

function checkNamedDomain(working: WorkingSchema, view: FeatureView, feature: FeatureProto): Finding[] {
  const name = feature.domain ?? '';
  const domain = working.stringDomain(name);
  if (domain === undefined) return [];
  const { findings, unusable } = checkStringDomain(view, maxOffDomain(feature), domain);
  if (unusable) {
    delete feature.domain;
    working.removeStringDomain(name);
  }
  return findings;
}

function compare(view: FeatureView, feature: FeatureProto): FeatureUpdate {
  const drift = feature.driftComparator && compareFeature(view, 'drift', feature.driftComparator);
  const skew = feature.skewComparator && compareFeature(view, 'skew', feature.skewComparator);
  const [drifts, skews] = [drift?.measurements ?? [], skew?.measurements ?? []];
  const findings = [...(drift?.findings ?? []), ...(skew?.findings ?? [])];
  if (drifts.length + skews.length === 0) return { findings };
  return {
    findings,
    driftSkew: {
      path: { step: [...view.path] },
      ...(drifts.length > 0 && { driftMeasurements: [...drifts] }),
      ...(skews.length > 0 && { skewMeasurements: [...skews] }),
    },
  };
}

function checkDerived(view: FeatureView, feature: FeatureProto): Finding[] {
  const findings: Finding[] = [];
  const source = view.data.validationDerivedSource;
  if (source !== undefined && feature.validationDerivedSource === undefined) {
    feature.lifecycleStage = 'VALIDATION_DERIVED';
    feature.validationDerivedSource = source;
    findings.push(finding('DERIVED_FEATURE_INVALID_SOURCE', 'Derived source not set in schema.'));
  }
  const wrongStage = feature.lifecycleStage !== 'VALIDATION_DERIVED' && !isDeprecated(feature);
  if (feature.validationDerivedSource !== undefined && wrongStage) {
    feature.lifecycleStage = 'VALIDATION_DERIVED';
    findings.push(finding('DERIVED_FEATURE_BAD_LIFECYCLE', 'Derived feature has wrong lifecycle.'));
  }
  return findings;
}
