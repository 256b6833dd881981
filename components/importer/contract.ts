import { Type } from '@sinclair/typebox';
import { defineComponent } from '../contract.js';

/**
 * Brings an artifact that lies outside the artifact root into lineage, as it is: `result` is of `artifactType`.
 * A place that was imported before gives the same artifact while its content is the same, unless `reimport`.
 */
export const Importer = defineComponent({
  type: 'Importer',
  version: 1,
  cache: 'never',
  runs: 'driver',
  inputs: {},
  outputs: { result: 'Artifact' },
  parameters: Type.Object({
    uri: Type.String({ minLength: 1, description: 'the payload folder: a file: URI or an absolute path' }),
    artifactType: Type.String({ minLength: 1, description: 'e.g. Schema, Model, Examples' }),
    properties: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()]), {
      default: {},
      description: 'properties to give to the artifact',
    }),
    reimport: Type.Boolean({ default: false, description: 'make a new artifact even when one is there' }),
  }),
  execution: { timeout: '10 minutes', weight: 'light' },
});
