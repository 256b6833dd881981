import type { GraphBuilder } from '../../../graph/tensorflow/graph-builder.js';
import type { RawTensor, TransformedTensor } from '../../../graph/transform/export-tensorflow.js';
import type { RawFeature } from '../../../graph/transform/graph-spec.js';
import type { ExamplesColumn } from '../../../formats/examples.js';

/** How raw features become what a network sees: a transform graph, or nothing at all. */
export interface FeatureSource {
  readonly features: readonly RawFeature[];
  /** Names of the transformed features. */
  readonly outputs: readonly string[];
  exportTransform(
    builder: GraphBuilder,
    raw: Readonly<Record<string, RawTensor>>,
    outputs: readonly string[],
  ): Record<string, TransformedTensor>;
}

const DTYPES = { FLOAT: 'float32', INT: 'int64', STRING: 'string' } as const;

/** Without Transform the raw features enter as they are. */
export function untransformed(columns: readonly ExamplesColumn[]): FeatureSource {
  const features = columns.map(({ name, kind, repeated }): RawFeature => ({
    name,
    dtype: DTYPES[kind],
    shape: repeated ? 'ragged' : [],
    required: false,
  }));
  return {
    features,
    outputs: features.map((feature) => feature.name),
    exportTransform: (_, raw, outputs) =>
      Object.fromEntries(
        features
          .filter(({ name }) => outputs.includes(name))
          .map(({ name, dtype, shape }) => {
            const { value, ...rest } = raw[name] as RawTensor;
            return [name, { ...rest, tensor: value, dtype, shape }];
          }),
      ),
  };
}
