import { Type } from '@sinclair/typebox';
import { defineComponent, one, optional } from '../contract.js';

/**
 * Brings what a newly inferred schema changed since `base` into a curated one. A rule that only one side changed is taken
 * from it; a rule that both changed differently is a conflict.
 * Output `schema`: `schema.pbtxt`.
 */
export const MergeSchemas = defineComponent({
  type: 'MergeSchemas',
  version: 1,
  cache: 'content',
  inputs: { base: optional('Schema'), curated: one('Schema'), inferred: one('Schema') },
  outputs: { schema: 'Schema' },
  parameters: Type.Object({
    onConflict: Type.Union([Type.Literal('fail'), Type.Literal('curated')], {
      default: 'fail',
      description: '`curated` lets the curated rule stand',
    }),
  }),
  execution: { timeout: '10 minutes', attempts: 5, weight: 'light' },
});
