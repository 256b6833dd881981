import { PipelineError } from '../errors/pipeline-error.js';
import type { CuratedSchema, FeatureDefinition, FeatureKind } from './feature-definition.js';
import type { FeatureComparatorProto, FeatureProto, NumericValueComparatorProto, SchemaProto } from './schema-proto.js';

export {
  bool,
  float,
  int,
  string,
  type BoolOptions,
  type ComparatorOptions,
  type CuratedSchema,
  type FeatureDefinition,
  type FeatureKind,
  type FeatureKinds,
  type FeatureOptions,
  type FloatOptions,
  type NumberOptions,
  type StringOptions,
} from './feature-definition.js';

export interface SchemaOptions {
  /** Environments in which every feature is expected that does not say otherwise, e.g. `['TRAINING', 'SERVING']`. */
  readonly environments?: readonly string[];
  /** How many examples a split may have. */
  readonly examples?: { readonly min?: number; readonly max?: number };
  /** Bounds on the ratio of the numbers of examples, now to before. */
  readonly examplesDrift?: { readonly min?: number; readonly max?: number };
}

type KindsOf<D extends Readonly<Record<string, FeatureDefinition>>> = {
  readonly [K in keyof D]: D[K] extends FeatureDefinition<infer F extends FeatureKind> ? F : FeatureKind;
};

/**
 * A curated schema, for a module's `schema` export:
 * `defineSchema({ species: string({ required: true, domain: ['Adelie', 'Gentoo'] }), body_mass_g: int({ min: 0 }) })`.
 * The result is a plain `tensorflow.metadata.v0.Schema`.
 *
 * @throws SCHEMA_DEFINITION_INVALID, COMPARATOR_NOT_APPLICABLE naming the feature
 */
export function defineSchema<D extends Readonly<Record<string, FeatureDefinition>>>(
  features: D,
  options: SchemaOptions = {},
): CuratedSchema<KindsOf<D>> {
  const named = Object.entries(features).map(([name, definition]) => ({
    name,
    ...definition.feature,
    ...(definition.domain && { domain: name }),
  }));
  for (const feature of named) checkFeature(feature);
  const stringDomain = Object.entries(features).flatMap(([name, { domain }]) =>
    domain === undefined ? [] : [{ name, value: [...domain] }],
  );
  for (const { name, value } of stringDomain)
    if (new Set(value).size !== value.length) refuse(name, 'its domain lists a value twice');
  const { environments } = options;
  const schema: SchemaProto = {
    feature: named,
    ...(stringDomain.length > 0 && { stringDomain }),
    ...(environments && { defaultEnvironment: [...environments] }),
    ...datasetConstraints(options),
  };
  return schema;
}

function datasetConstraints({ examples, examplesDrift }: SchemaOptions): SchemaProto {
  if (examples === undefined && examplesDrift === undefined) return {};
  const drift: NumericValueComparatorProto = {
    ...(examplesDrift?.min !== undefined && { minFractionThreshold: examplesDrift.min }),
    ...(examplesDrift?.max !== undefined && { maxFractionThreshold: examplesDrift.max }),
  };
  return {
    datasetConstraints: {
      ...(examplesDrift && { numExamplesDriftComparator: drift }),
      ...(examples?.min !== undefined && { minExamplesCount: examples.min }),
      ...(examples?.max !== undefined && { maxExamplesCount: examples.max }),
    },
  };
}

function refuse(name: string, problem: string): never {
  throw new PipelineError('SCHEMA_DEFINITION_INVALID', {
    what: `Feature ${JSON.stringify(name)} of the schema: ${problem}.`,
    details: { feature: name },
  });
}

function checkFeature(feature: FeatureProto & { name: string }): void {
  const { name, presence, valueCount, shape, distributionConstraints, uniqueConstraints } = feature;
  const within = (value: number | undefined): boolean => value === undefined || (value >= 0 && value <= 1);
  if (!within(presence?.minFraction)) refuse(name, `minFraction ${String(presence?.minFraction)} is not from 0 to 1`);
  if (!within(distributionConstraints?.minDomainMass)) refuse(name, 'minDomainMass is not from 0 to 1');
  if (distributionConstraints && feature.domain === undefined) refuse(name, 'minDomainMass needs a domain');
  for (const [what, range] of Object.entries({
    'value count': valueCount,
    domain: feature.intDomain ?? feature.floatDomain,
    'number of distinct values': uniqueConstraints,
  }))
    if (range?.min !== undefined && range.max !== undefined && range.min > range.max)
      refuse(name, `the ${what} has min ${range.min} above max ${range.max}`);
  if (shape?.dim?.some(({ size }) => (size ?? 0) <= 0)) refuse(name, 'every dimension of a shape must be positive');
  for (const comparator of [feature.driftComparator, feature.skewComparator]) checkComparator(feature, comparator);
}

/**
 * Refuses a comparator that can not measure the feature: TensorFlow Data Validation would answer 0, or nothing, for
 * ever.
 *
 * @throws COMPARATOR_NOT_APPLICABLE
 */
export function checkComparator(feature: FeatureProto, comparator: FeatureComparatorProto | undefined): void {
  if (comparator === undefined || feature.type === undefined) return;
  const isNumber = feature.type === 'INT' || feature.type === 'FLOAT';
  const isCategorical = (feature.intDomain ?? feature.floatDomain)?.isCategorical === true;
  const isBlob = feature.imageDomain !== undefined;
  comparatorMisfit(feature.name ?? '', isBlob ? 'an image' : feature.type, comparator, {
    countsValues: isNumber ? isCategorical : feature.type === 'BYTES' && !isBlob,
    hasHistogram: isNumber && !isCategorical,
  });
}

/**
 * Refuses comparators of a schema that can not measure their features, also of fields of structures.
 *
 * @throws COMPARATOR_NOT_APPLICABLE
 */
export function checkComparators({ feature = [] }: SchemaProto): void {
  for (const one of feature) {
    for (const comparator of [one.driftComparator, one.skewComparator]) checkComparator(one, comparator);
    checkComparators(one.structDomain ?? {});
  }
}

/**
 * @param kind what the feature is, for the sentence
 * @param measured what its statistics have
 * @throws COMPARATOR_NOT_APPLICABLE
 */
export function comparatorMisfit(
  feature: string,
  kind: string,
  comparator: FeatureComparatorProto,
  measured: { readonly countsValues: boolean; readonly hasHistogram: boolean },
): void {
  const { countsValues, hasHistogram } = measured;
  const fits = {
    infinityNorm: countsValues,
    normalizedAbsDifference: countsValues,
    jensenShannonDivergence: countsValues || hasHistogram,
  };
  for (const [measure, isFit] of Object.entries(fits)) {
    if (isFit || comparator[measure as keyof typeof fits] === undefined) continue;
    throw new PipelineError('COMPARATOR_NOT_APPLICABLE', {
      what: `Feature ${JSON.stringify(feature)} is ${kind}, which ${measure} can not compare.`,
      details: { feature, measure },
    });
  }
}
