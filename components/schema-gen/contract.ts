import { Type } from '@sinclair/typebox';
import { defineComponent, one } from '../contract.js';

/**
 * Infers a schema from statistics, as TFDV's `infer_schema` on the first split and `update_schema` on the others.
 * Output `schema`: `schema.pbtxt`.
 */
export const SchemaGen = defineComponent({
  type: 'SchemaGen',
  version: 1,
  cache: 'content',
  inputs: { statistics: one('ExampleStatistics') },
  outputs: { schema: 'Schema' },
  parameters: Type.Object({
    inferFeatureShape: Type.Boolean({
      default: true,
      description: 'a feature that always has the same number of values gets a fixed shape',
    }),
    maxStringDomainSize: Type.Integer({
      default: 100,
      minimum: 0,
      description: 'a string feature with more distinct values gets no domain',
    }),
    excludeSplits: Type.Array(Type.String(), { default: [], description: 'splits that are left out' }),
  }),
  execution: { timeout: '10 minutes', attempts: 5, weight: 'light' },
});
