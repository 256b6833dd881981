import type { FeatureProto, SchemaProto } from '../../formats/schema-proto.js';
import type { RawFeature } from './graph-spec.js';

const DTYPES = { FLOAT: 'float32', INT: 'int64', BYTES: 'string' } as const;

/** The features of a schema as a transform graph reads them. Structs and deprecated features are left out. */
export function rawFeatures(schema: SchemaProto): RawFeature[] {
  return (schema.feature ?? []).flatMap((feature): RawFeature[] => {
    const { name, type } = feature;
    if (name === undefined || name === '' || feature.deprecated === true) return [];
    if (type !== 'FLOAT' && type !== 'INT' && type !== 'BYTES') return [];
    const shape = isMultivalent(feature) ? 'ragged' : ([] as const);
    const fixedShape = feature.shape?.dim?.map(({ size = 1 }) => size) ?? (feature.shape ? [] : undefined);
    const fixed = fixedShape === undefined ? {} : { fixedShape };
    return [{ name, dtype: DTYPES[type], shape, required: isRequired(feature), ...fixed }];
  });
}

/** Several values per row are allowed, or more than one is prescribed. */
function isMultivalent({ shape, valueCount, valueCounts }: FeatureProto): boolean {
  if (shape !== undefined) return (shape.dim ?? []).reduce((product, { size = 1 }) => product * size, 1) !== 1;
  if (valueCounts !== undefined) return true;
  return valueCount !== undefined && valueCount.max !== 1;
}

/** Every example has it: as TFT reads a schema, where features without a fixed presence are sparse. */
function isRequired({ presence }: FeatureProto): boolean {
  return presence?.minFraction === 1;
}
