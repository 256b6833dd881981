import type {
  FeatureProto,
  LifecycleStage,
  SchemaProto,
  SparseFeatureProto,
  WeightedFeatureProto,
} from '../../../formats/schema.js';

const NOT_VALIDATED: ReadonlySet<LifecycleStage> = new Set([
  'PLANNED',
  'ALPHA',
  'DEPRECATED',
  'DEBUG_ONLY',
  'DISABLED',
]);

/** Whether a feature is outside validation: deprecated, or in a stage that is not validated. */
export function isDeprecated(feature: FeatureProto | SparseFeatureProto | WeightedFeatureProto): boolean {
  if ('deprecated' in feature && feature.deprecated) return true;
  return feature.lifecycleStage !== undefined && NOT_VALIDATED.has(feature.lifecycleStage);
}

export function deprecate(feature: { lifecycleStage?: LifecycleStage }): void {
  feature.lifecycleStage = 'DEPRECATED';
}

/** Whether a feature belongs to an environment: its own lists first, then the schema's default environments. */
export function isInEnvironment(schema: SchemaProto, feature: FeatureProto, environment: string | undefined): boolean {
  if (environment === undefined) return true;
  if (feature.inEnvironment?.includes(environment)) return true;
  if (feature.notInEnvironment?.includes(environment)) return false;
  return schema.defaultEnvironment?.includes(environment) ?? false;
}

/** Whether data without the feature are anomalous. */
export function isRequired(schema: SchemaProto, feature: FeatureProto, environment: string | undefined): boolean {
  if (isDeprecated(feature)) return false;
  const { minCount = 0, minFraction = 0 } = feature.presence ?? {};
  return (minCount > 0 || minFraction > 0) && isInEnvironment(schema, feature, environment);
}
