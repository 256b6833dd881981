import { Type, type Static } from '@sinclair/typebox';

/** A slice: `[]` is all rows, `['island']` every value of a feature, `['island', 'sex']` crosses two, an object fixes values. */
export const SliceSpec = Type.Union([
  Type.Array(Type.String({ minLength: 1 }), {
    description: '[] is all rows; names of raw features: one slice for each (combination of) value',
  }),
  Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]), {
    description: 'one slice: the rows whose raw features have these values',
  }),
]);

export const ChangeThreshold = Type.Object(
  {
    absolute: Type.Optional(Type.Number({ description: 'least (or, lower is better, most) candidate - baseline' })),
    relative: Type.Optional(Type.Number({ description: 'the same of (candidate - baseline) / baseline' })),
    direction: Type.Optional(
      Type.Union([Type.Literal('HIGHER_IS_BETTER'), Type.Literal('LOWER_IS_BETTER')], {
        description: "the metric's own where it has one",
      }),
    ),
  },
  { additionalProperties: false },
);

export const Threshold = Type.Object(
  {
    lowerBound: Type.Optional(Type.Number({ description: 'inclusive' })),
    upperBound: Type.Optional(Type.Number({ description: 'inclusive' })),
    change: Type.Optional(ChangeThreshold),
    slices: Type.Optional(
      Type.Array(SliceSpec, { description: 'where it holds; every evaluated slice when left out, as in TFMA' }),
    ),
  },
  { additionalProperties: false },
);

/**
 * What to measure and when a model is good enough: TFMA's EvalConfig as plain JSON with short names.
 *
 * Metric names are TFMA's in camelCase (`meanSquaredError`, `auc`, `f1Score`); `accuracy` and `crossEntropy` mean the
 * binary or the categorical one, as the model is.
 */
export const EvaluationConfig = Type.Object(
  {
    label: Type.Optional(
      Type.String({ minLength: 1, description: "the transformed label; the model's own label when left out" }),
    ),
    weight: Type.Optional(Type.String({ minLength: 1, description: 'a raw feature that weighs each example' })),
    metrics: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), { description: "the model's usual ones when left out" }),
    ),
    slices: Type.Optional(Type.Array(SliceSpec, { description: '[[]], all rows, when left out', maxItems: 100 })),
    thresholds: Type.Optional(
      Type.Record(Type.String(), Type.Union([Threshold, Type.Array(Threshold)]), {
        description: 'by metric; several with different slices as a list',
      }),
    ),
  },
  { additionalProperties: false },
);

export type SliceSpec = Static<typeof SliceSpec>;
export type ChangeThreshold = Static<typeof ChangeThreshold>;
export type Threshold = Static<typeof Threshold>;
export type EvaluationConfig = Static<typeof EvaluationConfig>;
