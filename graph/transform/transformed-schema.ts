import type { FeatureProto, SchemaProto } from '../../formats/schema-proto.js';
import type { TransformedFeature, TransformGraph } from './transform-graph.js';

const TYPES = { float32: 'FLOAT', int64: 'INT', bool: 'INT', string: 'BYTES' } as const;

/** The schema of the transformed examples, as TFT annotates it: sorted by name, ids with their range. */
export function transformedSchema(graph: TransformGraph): SchemaProto {
  const outputs = [...graph.outputs].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { feature: outputs.map(featureOf) };
}

function featureOf({ name, dtype, shape, mayBeMissing, ids }: TransformedFeature): FeatureProto {
  const domain = ids === undefined ? {} : { intDomain: { min: ids.min, max: ids.max, isCategorical: true } };
  const fixed = shape !== 'ragged' && !mayBeMissing;
  return {
    name,
    type: TYPES[dtype],
    ...domain,
    ...(fixed ? { presence: { minFraction: 1 }, shape: dimensions(shape) } : {}),
  };
}

function dimensions(shape: readonly number[]): { dim?: { size: number }[] } {
  return shape.length === 0 ? {} : { dim: shape.map((size) => ({ size })) };
}
