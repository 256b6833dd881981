import { Type } from '@sinclair/typebox';
import { defineComponent, ModuleName } from '../contract.js';

/**
 * Takes a curated schema: the `schema` that a module exports, or a schema file (TFX's ImportSchemaGen).
 * Exactly one of `module` and `file`. Output `schema`: `schema.pbtxt`.
 */
export const ImportSchema = defineComponent({
  type: 'ImportSchema',
  version: 1,
  cache: 'content',
  runs: 'driver',
  inputs: {},
  outputs: { schema: 'Schema' },
  parameters: Type.Object({
    module: Type.Optional(ModuleName()),
    file: Type.Optional(Type.String({ minLength: 1, description: 'path of a schema.pbtxt' })),
  }),
  execution: { timeout: '1 minute', attempts: 5, weight: 'light' },
});
