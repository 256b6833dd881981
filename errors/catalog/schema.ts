import type { Catalog } from './catalog.js';

export const schema = {
  TEXT_PROTO_INVALID: {
    kind: 'data',
    retryable: false,
    headline: 'A text protobuf could not be read.',
    why: 'The text does not follow protobuf text format, or names a field that the message does not have.',
    fix: 'Correct the line that is named; `tfx-temporal data schema` writes files of the right form.',
  },
  SCHEMA_NOT_FOUND: {
    kind: 'config',
    retryable: false,
    headline: 'There is no schema where one was asked for.',
    why: 'The file does not exist, or the module exports no `schema`.',
    fix: 'Give the path of a `schema.pbtxt`, or export `schema = defineSchema({ … })` from the module.',
  },
  SCHEMA_SOURCE_AMBIGUOUS: {
    kind: 'config',
    retryable: false,
    headline: 'ImportSchema needs exactly one source.',
    why: 'A schema comes from a module or from a file; with both or neither there is no telling which is meant.',
    fix: 'Give either `module` or `file`.',
  },
  SCHEMA_DEFINITION_INVALID: {
    kind: 'config',
    retryable: false,
    headline: 'A curated schema contradicts itself.',
    why: 'A rule of the schema can never hold, or can not apply to a feature of its type.',
    fix: 'Correct the feature that is named.',
  },
  SCHEMA_FEATURE_UNKNOWN: {
    kind: 'config',
    retryable: false,
    headline: 'The schema has no such feature.',
    why: 'Rules can only be set on features that the schema describes.',
    fix: 'Check the spelling, or add the feature first.',
  },
  SCHEMA_ENVIRONMENT_UNKNOWN: {
    kind: 'config',
    retryable: false,
    headline: 'The schema does not know the environment that was asked for.',
    why: 'An environment that is not among `default_environment` would match no feature, so a typing error would reject or accept everything.',
    fix: 'Use one of the environments that the schema lists, or add it to `defaultEnvironments`.',
  },
  SCHEMA_MERGE_CONFLICT: {
    kind: 'data',
    retryable: false,
    headline: 'Two changes of a schema contradict each other.',
    why: 'The curated and the inferred schema changed the same rule in different ways.',
    fix: 'Decide the named rules in the curated schema, then merge again.',
  },
  COMPARATOR_NOT_APPLICABLE: {
    kind: 'config',
    retryable: false,
    headline: 'A drift or skew comparator can not apply to its feature.',
    why: 'L-infinity and normalized absolute difference compare counts of values, which plain numbers do not have: the measure would always be 0.',
    fix: 'Use jensenShannon for numeric features, or mark the feature as categorical.',
  },
  VALIDATION_SPLITS_MISSING: {
    kind: 'config',
    retryable: false,
    headline: 'There is no split to validate.',
    why: 'Every split was excluded, or the statistics have none.',
    fix: 'Exclude fewer splits.',
  },
} as const satisfies Catalog;
