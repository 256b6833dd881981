import { PipelineError } from '../../errors/pipeline-error.js';
import { checkComparator } from '../../formats/define-schema.js';
import { comparatorProto, type ComparatorOptions } from '../../formats/feature-definition.js';
import type { FeaturePresenceProto, FeatureProto, LifecycleStage, SchemaProto } from '../../formats/schema.js';
import { setDomain } from '../example-validator/rules/feature-domain.js';

/** Changes one feature of a schema that is being edited; every method gives the feature back for the next. */
export interface FeatureEditor {
  presence(rule: FeaturePresenceProto): FeatureEditor;
  /** The values that may occur. */
  domain(values: readonly string[]): FeatureEditor;
  /** The numbers that may occur. */
  range(bounds: { readonly min?: number; readonly max?: number }): FeatureEditor;
  /** The smallest share of values inside the domain, 0 to 1. */
  minDomainMass(share: number): FeatureEditor;
  drift(comparator: ComparatorOptions): FeatureEditor;
  skew(comparator: ComparatorOptions): FeatureEditor;
  notInEnvironment(...environments: readonly string[]): FeatureEditor;
  inEnvironment(...environments: readonly string[]): FeatureEditor;
  lifecycle(stage: LifecycleStage): FeatureEditor;
}

export interface SchemaEditor {
  /** @throws SCHEMA_FEATURE_UNKNOWN */
  feature(name: string): FeatureEditor;
  /** The environments in which features are expected by default. */
  environments(...names: readonly string[]): SchemaEditor;
  remove(name: string): SchemaEditor;
  /** A copy of the schema as edited so far. */
  build(): SchemaProto;
}

/** Edits a copy of a schema: `editSchema(schema).feature('fare').presence({ minFraction: 1 })`, then `build()`. */
export function editSchema(schema: SchemaProto): SchemaEditor {
  const edited = structuredClone(schema);
  const editor: SchemaEditor = {
    feature: (name) => featureEditor(edited, findFeature(edited, name)),
    environments(...names) {
      edited.defaultEnvironment = [...names];
      return editor;
    },
    remove(name) {
      findFeature(edited, name);
      edited.feature = edited.feature?.filter((feature) => feature.name !== name) ?? [];
      return editor;
    },
    build: () => structuredClone(edited),
  };
  return editor;
}

function findFeature(schema: SchemaProto, name: string): FeatureProto {
  const found = schema.feature?.find((feature) => feature.name === name);
  if (found !== undefined) return found;
  throw new PipelineError('SCHEMA_FEATURE_UNKNOWN', {
    what: `The schema has no feature ${JSON.stringify(name)}; it has ${(schema.feature ?? []).map((one) => one.name).join(', ')}.`,
    details: { feature: name },
  });
}

function featureEditor(schema: SchemaProto, feature: FeatureProto): FeatureEditor {
  const change = (apply: () => void): FeatureEditor => {
    apply();
    return editor;
  };
  const editor: FeatureEditor = {
    presence: (rule) => change(() => (feature.presence = { ...feature.presence, ...rule })),
    domain: (values) => change(() => giveDomain(schema, feature, values)),
    range: (bounds) =>
      change(() => {
        if (feature.type === 'FLOAT') setDomain(feature, 'floatDomain', { ...feature.floatDomain, ...bounds });
        else setDomain(feature, 'intDomain', { ...feature.intDomain, ...bounds });
      }),
    minDomainMass: (share) => change(() => (feature.distributionConstraints = { minDomainMass: share })),
    drift: (options) => change(() => (feature.driftComparator = comparatorFor(feature, options))),
    skew: (options) => change(() => (feature.skewComparator = comparatorFor(feature, options))),
    notInEnvironment: (...names) => change(() => (feature.notInEnvironment = [...names])),
    inEnvironment: (...names) => change(() => (feature.inEnvironment = [...names])),
    lifecycle: (stage) => change(() => (feature.lifecycleStage = stage)),
  };
  return editor;
}

function comparatorFor(feature: FeatureProto, options: ComparatorOptions) {
  const comparator = comparatorProto(options);
  checkComparator(feature, comparator);
  return comparator;
}

function giveDomain(schema: SchemaProto, feature: FeatureProto, values: readonly string[]): void {
  const name = feature.domain ?? feature.name ?? '';
  const known = schema.stringDomain?.find((domain) => domain.name === name);
  if (known === undefined) (schema.stringDomain ??= []).push({ name, value: [...values] });
  else known.value = [...values];
  setDomain(feature, 'domain', name);
}
