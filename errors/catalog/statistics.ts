import type { Catalog } from './catalog.js';

export const statistics = {
  STATISTICS_FILE_UNREADABLE: {
    kind: 'artifact',
    retryable: false,
    headline: 'A file of statistics or anomalies could not be read.',
    why: 'The file is absent, cut off, or holds another kind of message.',
    fix: 'Give a file that StatisticsGen, ExampleValidator or TensorFlow Data Validation wrote; `tfx-temporal data stats` makes one of data. Text files must end in .pbtxt.',
  },
  STATISTICS_WITHOUT_ALL_EXAMPLES: {
    kind: 'data',
    retryable: false,
    headline: 'Statistics of slices lack those of all examples.',
    why: 'A schema describes all examples, so it can only be inferred from or compared with statistics of all of them.',
    fix: 'Use statistics with a dataset named "All Examples", or with one dataset only.',
  },
  STATISTICS_SPLITS_MISSING: {
    kind: 'config',
    retryable: false,
    headline: 'There is no split to describe.',
    why: 'Every split was excluded, or the examples have none.',
    fix: 'Exclude fewer splits.',
  },
  STATISTICS_FEATURE_UNKNOWN: {
    kind: 'config',
    retryable: false,
    headline: 'An option of the statistics names a feature that the data do not have.',
    why: 'A weight, label or slice feature must be a column of the data.',
    fix: 'Check the spelling of the feature.',
  },
  STATISTICS_WEIGHT_INVALID: {
    kind: 'data',
    retryable: false,
    headline: 'The weight feature is not a number in every example.',
    why: 'An example without exactly one weight would be counted wrongly in every weighted statistic.',
    fix: 'Fill in the missing weights, or choose another weight feature.',
  },
  STATISTICS_SLICE_SQL_INVALID: {
    kind: 'config',
    retryable: false,
    headline: 'A query for slices is not one.',
    why: 'Slices are made from the values of features that exist, by a query of one form.',
    fix: 'Write SELECT STRUCT(feature [AS key], …) FROM example.feature, … [WHERE condition].',
  },
  STATISTICS_TYPE_UNSUPPORTED: {
    kind: 'data',
    retryable: false,
    headline: 'A column has a type that statistics can not be taken of.',
    why: 'Features are integers, floats, text, bytes, or lists of these.',
    fix: 'Convert the column, or leave it out with `featureAllowlist`.',
  },
  STATISTICS_INPUT_UNREADABLE: {
    kind: 'data',
    retryable: false,
    headline: 'The input of the statistics could not be read.',
    why: 'The file is absent, empty, or not of the format that its ending says.',
    fix: 'Check the file; CSV, Parquet and gzip TFRecord of tf.Example are read.',
  },
  METADATA_KIND_UNKNOWN: {
    kind: 'config',
    retryable: false,
    headline: 'A file holds neither statistics, nor a schema, nor anomalies, or not of the kind that was asked for.',
    why: 'The kinds are told apart by the fields in the file; binary files can end in .pb, text files must end in .pbtxt.',
    fix: 'Check that the file is whole, and that the right files stand in the right places of the command.',
  },
} as const satisfies Catalog;
