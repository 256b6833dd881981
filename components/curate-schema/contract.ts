import { Type } from '@sinclair/typebox';
import { defineComponent, one, optional } from '../contract.js';

/**
 * Accepts anomalies: makes the schema that lets pass what was found, for the chosen features and no others. A new value
 * joins its domain, a bound widens, a new column is added, a missing one deprecated. The inputs are those of the
 * ExampleValidator that found the anomalies.
 * Output `schema`: `schema.pbtxt`, a new version whose lineage leads to the old one and to the anomalies.
 */
export const CurateSchema = defineComponent({
  type: 'CurateSchema',
  version: 1,
  cache: 'content',
  inputs: {
    schema: one('Schema'),
    statistics: one('ExampleStatistics'),
    anomalies: one('ExampleAnomalies'),
    previousStatistics: optional('ExampleStatistics'),
    servingStatistics: optional('ExampleStatistics'),
  },
  outputs: { schema: 'Schema' },
  parameters: Type.Object({
    accept: Type.Union([Type.Literal('all'), Type.Array(Type.String(), { minItems: 1 })], {
      description: 'the features whose anomalies are accepted, as `anomalies` names them; or all',
    }),
    environment: Type.Optional(Type.String({ minLength: 1, description: 'that in which the data were validated' })),
  }),
  execution: { timeout: '10 minutes', attempts: 5, weight: 'light' },
});
