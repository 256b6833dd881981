/*
 * `tfx-temporal/modules`: what user code imports. A module exports by convention `schema` (a curated schema),
 * `preprocessing` (raw features to transformed ones) and `run` (trains and returns a model).
 */
export { bool, defineSchema, float, int, string, type SchemaOptions } from './formats/define-schema.js';
export type {
  Boundaries,
  BooleanFeature,
  Feature,
  Features,
  FloatFeature,
  IntFeature,
  NumberFeature,
  Preprocessing,
  StringFeature,
  TransformedFeatures,
  Transforms,
  VocabularyOptions,
} from './graph/transform/user-api.js';
export * from './components/trainer/user-api.js';
