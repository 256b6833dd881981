import { Type, type Static } from '@sinclair/typebox';
import { defineComponent, one, optional } from '../contract.js';
import { CustomValidationConfig } from '../example-validator/custom-validation-config.js';

const strict = { additionalProperties: false } as const;
const threshold = Type.Number({ minimum: 0 });
const histogram = Type.Union([Type.Literal('DEFAULT'), Type.Literal('QUANTILES'), Type.Literal('STANDARD')]);

/** How two distributions of a feature are compared: TensorFlow Metadata's `FeatureComparator`; at least one measure. */
const DistributionComparator = Type.Object(
  {
    infinityNorm: Type.Optional(Type.Object({ threshold }, strict)),
    jensenShannonDivergence: Type.Optional(
      Type.Object({ threshold, source: Type.Optional(Type.Object({ type: histogram }, strict)) }, strict),
    ),
    normalizedAbsDifference: Type.Optional(Type.Object({ threshold }, strict)),
  },
  strict,
);

/** TFX's `DistributionValidatorConfig` as plain JSON. A `path` can be a feature's name, short for `{ step: [name] }`. */
export const DistributionValidatorConfig = Type.Object(
  {
    defaultSliceConfig: Type.Object(
      {
        feature: Type.Optional(
          Type.Array(
            Type.Object(
              {
                path: Type.Union([
                  Type.String(),
                  Type.Object({ step: Type.Array(Type.String(), { minItems: 1 }) }, strict),
                ]),
                distributionComparator: DistributionComparator,
              },
              strict,
            ),
          ),
        ),
        numExamplesComparator: Type.Optional(
          Type.Object(
            { minFractionThreshold: Type.Optional(threshold), maxFractionThreshold: Type.Optional(threshold) },
            { ...strict, description: 'bounds on the number of examples, now to before' },
          ),
        ),
      },
      strict,
    ),
  },
  strict,
);
export type DistributionValidatorConfig = Static<typeof DistributionValidatorConfig>;

/**
 * Compares the distributions of two data sets by their statistics, without a schema.
 * Output `anomalies`: `SplitPair-<split>_<baseline split>/SchemaDiff.pb`, a binary `Anomalies`, for each pair of
 * splits. Without `baselineStatistics`, e.g. in a first run, nothing is compared and nothing is written.
 */
export const DistributionValidator = defineComponent({
  type: 'DistributionValidator',
  version: 1,
  cache: 'content',
  inputs: { statistics: one('ExampleStatistics'), baselineStatistics: optional('ExampleStatistics') },
  outputs: { anomalies: 'ExampleAnomalies' },
  parameters: Type.Object({
    config: DistributionValidatorConfig,
    customValidationConfig: Type.Optional(CustomValidationConfig),
    includeSplitPairs: Type.Optional(
      Type.Array(Type.Tuple([Type.String(), Type.String()]), {
        minItems: 1,
        description: 'pairs of (split, baseline split); those of equal names when left out',
      }),
    ),
  }),
  execution: { timeout: '10 minutes', attempts: 5, weight: 'light' },
});
