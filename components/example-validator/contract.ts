import { Type } from '@sinclair/typebox';
import { defineComponent, one, optional } from '../contract.js';
import { CustomValidationConfig } from './custom-validation-config.js';

const severity = Type.Union([Type.Literal('ERROR'), Type.Literal('WARNING')]);
const threshold = Type.Number({ minimum: 0 });

/** A bound on one number of a feature's statistics, beyond what a schema can say. */
export const StatisticBound = Type.Object({
  feature: Type.String(),
  statistic: Type.Union(
    (
      [
        'mean',
        'stdDev',
        'median',
        'min',
        'max',
        'fractionZeros',
        'fractionMissing',
        'unique',
        'avgLength',
        'topShare',
      ] as const
    ).map((name) => Type.Literal(name)),
  ),
  min: Type.Optional(Type.Number()),
  max: Type.Optional(Type.Number()),
  severity: Type.Optional(severity),
});

/**
 * Compares statistics with a schema, and with earlier (drift) and serving (skew) statistics where they are given.
 * Output `anomalies`: `Split-<name>/SchemaDiff.pb`, a binary `Anomalies`, for each split. Anomalies never fail the
 * component: a pipeline decides by `gate(anomalies, …)`.
 */
export const ExampleValidator = defineComponent({
  type: 'ExampleValidator',
  version: 1,
  cache: 'content',
  inputs: {
    statistics: one('ExampleStatistics'),
    schema: one('Schema'),
    previousStatistics: optional('ExampleStatistics'),
    servingStatistics: optional('ExampleStatistics'),
    examples: optional('Examples'),
  },
  outputs: { anomalies: 'ExampleAnomalies' },
  parameters: Type.Object({
    excludeSplits: Type.Array(Type.String(), { default: [], description: 'splits that are left out' }),
    environment: Type.Optional(Type.String({ minLength: 1, description: 'e.g. SERVING, where the label is absent' })),
    severityOverrides: Type.Optional(
      Type.Record(Type.String(), severity, {
        description: 'severity by anomaly type, e.g. SCHEMA_NEW_COLUMN: WARNING',
      }),
    ),
    bounds: Type.Optional(Type.Array(StatisticBound)),
    populationStability: Type.Optional(
      Type.Record(Type.String(), threshold, {
        description: 'largest population stability index by feature, compared with `previousStatistics`',
      }),
    ),
    customValidationConfig: Type.Optional(CustomValidationConfig),
    sampleRows: Type.Integer({
      default: 3,
      minimum: 0,
      maximum: 100,
      description: 'rows shown per anomaly when `examples` is given',
    }),
  }),
  execution: { timeout: '10 minutes', attempts: 5, weight: 'light' },
});
