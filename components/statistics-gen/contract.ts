import { Type } from '@sinclair/typebox';
import { defineComponent, one, optional } from '../contract.js';

const count = (value: number, description: string) =>
  Type.Optional(Type.Integer({ minimum: 1, description: `${description} (Default: ${value}.)` }));

const SliceSpecSchema = Type.Object({
  featureKeys: Type.Optional(Type.Array(Type.String(), { description: 'a slice for each value' })),
  featureValues: Type.Optional(
    Type.Record(Type.String(), Type.Array(Type.Union([Type.String(), Type.Number()])), {
      description: 'slices for these values only',
    }),
  ),
});

/** TFDV's StatsOptions, as far as they are data. */
export const StatisticsOptionsSchema = Type.Object({
  /** Only these features. */
  featureAllowlist: Type.Optional(Type.Array(Type.String())),
  weightFeature: Type.Optional(
    Type.String({ description: 'a numeric feature with exactly one value in every example' }),
  ),
  labelFeature: Type.Optional(Type.String({ description: 'adds lift of every categorical feature with this label' })),
  labelBoundaries: Type.Optional(Type.Array(Type.Number(), { description: 'make a numeric label categorical' })),
  /** Statistics by value of each of these features, beside those of all examples. */
  sliceFeatures: Type.Optional(Type.Array(Type.String())),
  slices: Type.Optional(
    Type.Array(SliceSpecSchema, { description: 'statistics by combinations of values, beside those of all examples' }),
  ),
  sliceSqls: Type.Optional(
    Type.Array(Type.String(), {
      description: 'slices as `SELECT STRUCT(feature [AS key], …) FROM example.feature, … [WHERE condition]`',
    }),
  ),
  inferTypeFromSchema: Type.Optional(
    Type.Boolean({ description: 'types CSV by the schema, in `data stats`; examples have their types' }),
  ),
  mutualInformation: Type.Optional(
    Type.Boolean({ description: 'mutual information with `labelFeature`, as it is and adjusted for chance' }),
  ),
  semanticDomainStats: Type.Optional(
    Type.Boolean({ description: 'looks for images, natural language, dates and times among the values' }),
  ),
  semanticDomainStatsSampleRate: Type.Optional(
    Type.Number({ exclusiveMinimum: 0, maximum: 1, description: 'the share of distinct values looked at' }),
  ),
  crossFeatures: Type.Optional(
    Type.Boolean({ description: 'correlation and covariance of numeric features, lift of others' }),
  ),
  numTopValues: count(20, 'most frequent values listed'),
  frequencyThreshold: count(1, 'rarer values are not listed'),
  weightedFrequencyThreshold: Type.Optional(
    Type.Number({ minimum: 0, description: 'values of less weight are not listed by weight. (Default: 1.)' }),
  ),
  numRankHistogramBuckets: count(1000, 'values in the rank histogram'),
  numValuesHistogramBuckets: count(10, 'buckets of the number of values per example'),
  numHistogramBuckets: count(10, 'buckets of equal width'),
  numQuantilesHistogramBuckets: count(10, 'buckets of equal count'),
});

/**
 * Describes every split of the examples: counts, missing values, moments, quantiles, histograms, most frequent values.
 * Output `statistics`: `Split-<name>/FeatureStats.pb`, a binary `DatasetFeatureStatisticsList`.
 */
export const StatisticsGen = defineComponent({
  type: 'StatisticsGen',
  version: 1,
  cache: 'content',
  inParts: true,
  inputs: { examples: one('Examples'), schema: optional('Schema') },
  outputs: { statistics: 'ExampleStatistics' },
  parameters: Type.Object({
    excludeSplits: Type.Array(Type.String(), { default: [], description: 'splits that are left out' }),
    sampleRateBySplit: Type.Optional(
      Type.Record(Type.String(), Type.Number({ exclusiveMinimum: 0, maximum: 1 }), {
        description: 'the share of rows to read, by split; chosen by row, the same on every run',
      }),
    ),
    options: Type.Optional(StatisticsOptionsSchema),
  }),
  execution: { timeout: '2 hours', attempts: 5, weight: 'heavy' },
});
