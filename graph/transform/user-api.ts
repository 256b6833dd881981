import type { FeatureKind, FeatureKinds } from '../../formats/feature-definition.js';
import type { Dtype, Shape } from './graph-spec.js';

/**
 * A column of data while `preprocessing` is traced: not a value, but a name for one in every row. Combine features with
 * the functions of `Transforms`.
 */
export interface Feature<D extends Dtype = Dtype> {
  readonly dtype: D;
  /** `[]` one value per row, `[n]` a vector, `'ragged'` a list. */
  readonly shape: Shape;
}

export type FloatFeature = Feature<'float32'>;
export type IntFeature = Feature<'int64'>;
export type NumberFeature = Feature<'float32' | 'int64'>;
export type StringFeature = Feature<'string'>;
export type BooleanFeature = Feature<'bool'>;

type OfKind<K extends FeatureKind> = {
  readonly FLOAT: FloatFeature;
  readonly INT: IntFeature;
  readonly BYTES: StringFeature;
}[K];

/**
 * The features that `preprocessing` gets: `Features<typeof schema>` for a curated schema, whose names and types the
 * compiler then checks; plain `Features` takes any name, checked when the module is traced.
 */
export type Features<S = unknown> = unknown extends S
  ? Readonly<Record<string, Feature<never>>>
  : { readonly [K in keyof FeatureKinds<S>]: OfKind<FeatureKinds<S>[K] & FeatureKind> };

/** A number, or the same number for every row. */
export type Numeric = NumberFeature | number;
/** What can be compared or chosen. */
export type Value = Feature | number | string | boolean;
/** Boundaries between buckets: fixed numbers, rising, or the fitted ones of `quantiles`. */
export type Boundaries = readonly number[] | FittedBoundaries;

/** Boundaries that are known once the data was analyzed. */
export interface FittedBoundaries {
  readonly numBuckets: number;
}

export interface VocabularyOptions {
  /** Keep only so many of the most frequent values. (Default: all.) */
  readonly topK?: number;
  /** Keep values that occur at least so often. (Default: all.) */
  readonly frequencyThreshold?: number;
  /** Spread unknown values over so many ids after the last, by hash. (Default: 0.) */
  readonly numOovBuckets?: number;
  /** The id of unknown values when there are no such buckets. (Default: -1.) */
  readonly defaultValue?: number;
  /** Rank values by the sum of these weights instead of their count. */
  readonly weights?: NumberFeature;
  /** Name of the file in `assets/`. (Default: the feature's name.) */
  readonly filename?: string;
}

export interface CrossOptions {
  /** How many ids there are. */
  readonly numBuckets: number;
  /** (Default: `_X_`.) */
  readonly separator?: string;
}

/** What `preprocessing` returns: the transformed features by name. */
export type TransformedFeatures = Readonly<Record<string, Feature>>;

/** The type of a module's `preprocessing` export. */
export type Preprocessing<S = unknown> = (
  features: Features<S>,
  transforms: Transforms,
) => TransformedFeatures | Promise<TransformedFeatures>;

/** A `preprocessing` of any schema. */
export type AnyPreprocessing = (
  features: never,
  transforms: Transforms,
) => TransformedFeatures | Promise<TransformedFeatures>;

/** The functions that make transformed features, with TensorFlow Transform's semantics. Numbers are float32. */
export interface Transforms {
  /** Puts a value where the feature is missing: 0 or '' by default; or another feature's, or a fitted mean. */
  readonly fillMissing: <F extends Feature>(x: F, value?: Value) => F;
  /** True where the feature is missing. */
  readonly isMissing: (x: Feature) => BooleanFeature;
  /** Lets an output be missing in some rows. */
  readonly optional: <F extends Feature>(x: F) => F;

  /** (x - mean) / standard deviation; x - mean for a constant feature. */
  readonly zScore: (x: NumberFeature) => FloatFeature;
  /** As `zScore`, within each value of `key`. A key that was not analyzed leaves x as it is. */
  readonly zScorePerKey: (x: NumberFeature, key: StringFeature | IntFeature) => FloatFeature;
  /** Maps the analyzed range to [0, 1]; sigmoid(x) for a constant feature. Later values may lie outside. */
  readonly scaleTo01: (x: NumberFeature) => FloatFeature;
  readonly scaleTo01PerKey: (x: NumberFeature, key: StringFeature | IntFeature) => FloatFeature;
  /** Maps the analyzed range to [low, high] (default [0, 1]). */
  readonly scaleByMinMax: (x: NumberFeature, low?: number, high?: number) => FloatFeature;
  readonly scaleByMinMaxPerKey: (
    x: NumberFeature,
    key: StringFeature | IntFeature,
    low?: number,
    high?: number,
  ) => FloatFeature;

  /** The number of x's quantile bucket, 0 to numBuckets - 1. NaN lies in the last. */
  readonly bucketize: (x: NumberFeature, numBuckets: number) => IntFeature;
  /** As `bucketize`, within each value of `key`; -1 for a key that was not analyzed. */
  readonly bucketizePerKey: (x: NumberFeature, key: StringFeature | IntFeature, numBuckets: number) => IntFeature;
  /** The number of boundaries that are not above x. */
  readonly applyBuckets: (x: NumberFeature, boundaries: Boundaries) => IntFeature;
  /** Where x lies among the boundaries, from 0 (the first and below) to 1 (the last and above); 0.5 for NaN. */
  readonly applyBucketsWithInterpolation: (x: NumberFeature, boundaries: Boundaries) => FloatFeature;
  /** The boundaries between `numBuckets` buckets of equally many rows. */
  readonly quantiles: (x: NumberFeature, numBuckets: number) => FittedBoundaries;

  /** The id of x among the analyzed values, the most frequent first. (TFT: compute_and_apply_vocabulary.) */
  readonly vocabulary: (x: StringFeature | IntFeature, options?: VocabularyOptions) => IntFeature;
  /** The place of x in a list of your own. */
  readonly applyVocabulary: (
    x: StringFeature | IntFeature,
    values: readonly (string | number)[],
    options?: Pick<VocabularyOptions, 'numOovBuckets' | 'defaultValue' | 'filename'>,
  ) => IntFeature;
  /** A vector with 1 at place x. The depth follows from `vocabulary` and `bucketize`; else it must be given. */
  readonly oneHot: (x: IntFeature, depth?: number) => FloatFeature;
  /** A vector with 1 at each place in a list of ids. The depth follows from `vocabulary`; else it must be given. */
  readonly multiHot: (x: IntFeature, depth?: number) => FloatFeature;
  /** FarmHash of x modulo `numBuckets`; SipHash under a secret key of two whole numbers. */
  readonly hashStrings: (
    x: StringFeature | IntFeature,
    numBuckets: number,
    key?: readonly [number, number],
  ) => IntFeature;
  /** One id for the combination of several features, by hash. */
  readonly cross: (features: readonly (StringFeature | IntFeature)[], options: CrossOptions) => IntFeature;
  /** The texts of several features as one. */
  readonly join: (features: readonly (StringFeature | IntFeature)[], separator?: string) => StringFeature;
  /** Letters A to Z as a to z. */
  readonly lower: (x: StringFeature) => StringFeature;
  readonly upper: (x: StringFeature) => StringFeature;
  /** Without white space at both ends. */
  readonly strip: (x: StringFeature) => StringFeature;
  /** The words of a text, as a list: what stands between white space. */
  readonly split: (x: StringFeature) => StringFeature;
  /** The number of elements of a list. */
  readonly length: (x: Feature) => IntFeature;
  /** The number of bytes. */
  readonly stringLength: (x: StringFeature) => IntFeature;
  /** A whole number in decimal. */
  readonly asString: (x: IntFeature) => StringFeature;

  /** Whole numbers stay whole with whole numbers; else the result is float32. */
  readonly add: (x: Numeric, y: Numeric) => NumberFeature;
  readonly subtract: (x: Numeric, y: Numeric) => NumberFeature;
  readonly multiply: (x: Numeric, y: Numeric) => NumberFeature;
  /** Always float32; x / 0 is an infinity. */
  readonly divide: (x: Numeric, y: Numeric) => FloatFeature;
  readonly power: (x: Numeric, y: Numeric) => FloatFeature;
  readonly minimum: (x: Numeric, y: Numeric) => NumberFeature;
  readonly maximum: (x: Numeric, y: Numeric) => NumberFeature;
  /** x, but not below `low` nor above `high`. */
  readonly clip: (x: NumberFeature, low: number, high: number) => NumberFeature;
  /** The natural logarithm; of 0 it is minus infinity, of less NaN. */
  readonly log: (x: NumberFeature) => FloatFeature;
  /** log(1 + x). */
  readonly log1p: (x: NumberFeature) => FloatFeature;
  readonly exp: (x: NumberFeature) => FloatFeature;
  readonly sqrt: (x: NumberFeature) => FloatFeature;
  readonly square: (x: NumberFeature) => NumberFeature;
  readonly abs: (x: NumberFeature) => NumberFeature;
  readonly negate: (x: NumberFeature) => NumberFeature;
  readonly sign: (x: NumberFeature) => NumberFeature;
  readonly floor: (x: NumberFeature) => FloatFeature;
  readonly ceil: (x: NumberFeature) => FloatFeature;
  /** Halves go to the even neighbour. */
  readonly round: (x: NumberFeature) => FloatFeature;
  readonly sigmoid: (x: NumberFeature) => FloatFeature;
  readonly tanh: (x: NumberFeature) => FloatFeature;
  /** To another type; floats to int64 are truncated. */
  readonly cast: <D extends 'float32' | 'int64' | 'bool'>(x: NumberFeature | BooleanFeature, dtype: D) => Feature<D>;

  readonly equals: (x: Value, y: Value) => BooleanFeature;
  readonly notEquals: (x: Value, y: Value) => BooleanFeature;
  readonly less: (x: Numeric, y: Numeric) => BooleanFeature;
  readonly lessOrEqual: (x: Numeric, y: Numeric) => BooleanFeature;
  readonly greater: (x: Numeric, y: Numeric) => BooleanFeature;
  readonly greaterOrEqual: (x: Numeric, y: Numeric) => BooleanFeature;
  readonly and: (x: BooleanFeature, y: BooleanFeature) => BooleanFeature;
  readonly or: (x: BooleanFeature, y: BooleanFeature) => BooleanFeature;
  readonly not: (x: BooleanFeature) => BooleanFeature;
  readonly isNan: (x: FloatFeature) => BooleanFeature;
  /** Whether x is one of some values. */
  readonly isIn: (x: Feature, values: readonly (string | number)[]) => BooleanFeature;
  /** `yes` where the condition holds, else `no`. */
  readonly where: <F extends Feature>(
    condition: BooleanFeature,
    yes: F | number | string,
    no: F | number | string,
  ) => F;

  /** Numbers and vectors of numbers side by side as one vector. */
  readonly concat: (features: readonly NumberFeature[]) => FloatFeature;

  /** Fitted numbers, the same in every row: use them within other transforms. */
  readonly mean: (x: NumberFeature) => FloatFeature;
  /** Of the population. */
  readonly variance: (x: NumberFeature) => FloatFeature;
  readonly sum: (x: NumberFeature) => FloatFeature;
  readonly min: (x: NumberFeature) => FloatFeature;
  readonly max: (x: NumberFeature) => FloatFeature;
  /** How many finite values there are. */
  readonly size: (x: NumberFeature) => IntFeature;
}
