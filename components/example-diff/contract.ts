import { Type, type Static } from '@sinclair/typebox';
import { defineComponent, one } from '../contract.js';

const strict = { additionalProperties: false } as const;
const name = Type.String({ minLength: 1 });

/** TFX's `ExampleDiffConfig` as plain JSON. */
export const ExampleDiffConfig = Type.Object(
  {
    pairedExampleSkew: Type.Object(
      {
        identifierFeatures: Type.Array(name, {
          minItems: 1,
          description: 'features that together tell which example is which; those without all of them are left out',
        }),
        ignoreFeatures: Type.Optional(Type.Array(name, { description: 'features that are not compared' })),
        skewSampleSize: Type.Optional(
          Type.Integer({
            minimum: 0,
            maximum: 10_000,
            description: 'how many pairs that differ to keep; none by default',
          }),
        ),
        floatRoundNdigits: Type.Optional(
          Type.Integer({
            minimum: 0,
            maximum: 12,
            description: 'digits after the decimal point to which floats are rounded first; not rounded when left out',
          }),
        ),
        allowDuplicateIdentifiers: Type.Optional(
          Type.Boolean({
            description: 'compare every pair of examples with equal identifiers, instead of leaving out repeated ones',
          }),
        ),
        confusionConfig: Type.Optional(
          Type.Array(Type.Object({ featureName: name }, strict), {
            description: 'text features with one value, of which all pairs of (base, test) values are counted',
          }),
        ),
      },
      strict,
    ),
  },
  strict,
);
export type ExampleDiffConfig = Static<typeof ExampleDiffConfig>;
export type PairedExampleSkew = ExampleDiffConfig['pairedExampleSkew'];

/**
 * Compares two data sets example by example: feature skew between examples with equal identifiers.
 * Output `exampleDiffResult`: `SplitPair-<split>_<baseline split>/` with TensorFlow Data Validation's records as TFX
 * writes them: `skew_stats`, `match_stats`, `sample_pairs`, and `confusion` where it was asked for.
 */
export const ExampleDiff = defineComponent({
  type: 'ExampleDiff',
  version: 1,
  cache: 'content',
  inputs: { examples: one('Examples'), baselineExamples: one('Examples') },
  outputs: { exampleDiffResult: 'ExamplesDiff' },
  parameters: Type.Object({
    config: ExampleDiffConfig,
    includeSplitPairs: Type.Optional(
      Type.Array(Type.Tuple([Type.String(), Type.String()]), {
        minItems: 1,
        description: 'pairs of (split, baseline split); all pairs when left out',
      }),
    ),
  }),
  execution: { timeout: '2 hours', attempts: 5, weight: 'heavy' },
});
