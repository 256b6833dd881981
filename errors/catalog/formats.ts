import type { Catalog } from './catalog.js';

export const formats = {
  TFRECORD_CORRUPT: {
    kind: 'data',
    retryable: false,
    headline: 'A TFRecord file is damaged: a checksum does not match.',
    why: 'Each record carries CRC-32C checksums of its length and its bytes; a mismatch means that the file changed after it was written, or is no TFRecord.',
    fix: 'Make or copy the file again, and check that it is a TFRecord (gzip or plain).',
  },
  TFRECORD_TRUNCATED: {
    kind: 'data',
    retryable: false,
    headline: 'A TFRecord file ends in the middle of a record.',
    why: 'The writer was stopped, or the copy is incomplete; reading on would silently lose records.',
    fix: 'Make or copy the file again.',
  },
  TFRECORD_UNREADABLE: {
    kind: 'data',
    retryable: false,
    headline: 'A TFRecord file cannot be opened or decompressed.',
    why: 'The file is missing, is not readable, or its gzip stream is damaged.',
    fix: 'Check that the file exists, may be read, and is complete.',
  },
  EXAMPLE_CORRUPT: {
    kind: 'data',
    retryable: false,
    headline: 'A record is not a serialized tf.Example.',
    why: 'The bytes do not follow the wire format of the tf.Example message.',
    fix: 'Check that the file holds serialized tf.Examples, not another message or text.',
  },
  EXAMPLE_VALUE_MISFIT: {
    kind: 'data',
    retryable: false,
    headline: 'A value does not fit the type of its feature in a tf.Example.',
    why: 'A feature of a tf.Example holds int64, float or bytes values, and only one of these.',
    fix: 'Give the feature a type that can hold all of its values.',
  },
  EXAMPLES_EMPTY: {
    kind: 'artifact',
    retryable: false,
    headline: 'A split of Examples has no data files.',
    why: 'Each split is a folder of Parquet or TFRecord files; this one has neither.',
    fix: 'Check the path, or run the ExampleGen again.',
  },
  EXAMPLES_MIXED_FORMATS: {
    kind: 'artifact',
    retryable: false,
    headline: 'A split of Examples holds both Parquet and TFRecord files.',
    why: 'Every file of a split folder is data, in one format; with two, rows would be counted twice or lost.',
    fix: 'Keep one format in the folder.',
  },
  EXAMPLES_COLUMN_UNSUPPORTED: {
    kind: 'data',
    retryable: false,
    headline: 'A column has a type that Examples cannot hold.',
    why: 'Features are int64, float or string values, or lists of these.',
    fix: 'Convert the column to a number or text, or leave it out.',
  },
  FEATURE_TYPES_CLASH: {
    kind: 'data',
    retryable: false,
    headline: 'A feature has different types in different records.',
    why: 'A feature has one type in a whole data set: int64, float or bytes.',
    fix: 'Correct the writer of these records so that the feature always has the same type.',
  },
  MEMORY_LIMIT_TOO_LOW: {
    kind: 'config',
    retryable: false,
    headline: 'The engine ran out of the memory that it was given.',
    why: 'What does not fit into memory is spilled to disk, but each thread needs some 50 MiB to work with, and rows of very many or very long columns need more.',
    fix: 'Raise the memory limit, or lower the number of threads.',
  },
} as const satisfies Catalog;
