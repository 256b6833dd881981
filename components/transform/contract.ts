import { Type } from '@sinclair/typebox';
import { defineComponent, many, ModuleName, one } from '../contract.js';

/**
 * Fits the module's `preprocessing` on some splits and applies it to all.
 *
 * Payloads. `transformGraph`: `transform_fn/` (a SavedModel; vocabularies in `assets/`), `metadata/schema.pbtxt` (raw),
 * `transformed_metadata/schema.pbtxt` and `asset_map`, as TensorFlow Transform writes them; `graph.json`, our own.
 * `transformedExamples`: `Split-<name>/transformed_examples-00000-of-00001.parquet`; several Examples follow each other.
 */
export const Transform = defineComponent({
  type: 'Transform',
  version: 1,
  cache: 'content',
  inputs: { examples: many('Examples'), schema: one('Schema') },
  outputs: { transformGraph: 'TransformGraph', transformedExamples: 'Examples' },
  parameters: Type.Object({
    module: ModuleName(),
    /** The splits whose rows are analyzed. */
    analyzeSplits: Type.Array(Type.String({ minLength: 1 }), { default: ['train'], minItems: 1 }),
    /** The splits to transform. (Default: all.) */
    splits: Type.Optional(Type.Array(Type.String({ minLength: 1 }), { minItems: 1 })),
  }),
  execution: { timeout: '2 hours', attempts: 5, weight: 'heavy' },
});
