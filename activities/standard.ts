import type { ComponentActivity } from './to-activity.js';

/**
 * The standard components' activities by type, in pipeline order: one line and one thin file per component that runs an
 * executor. Loaded on demand; a component that is not here gets its activity from its implementation alone.
 */
export const standardActivities: Readonly<Record<string, () => Promise<ComponentActivity>>> = {
  CsvExampleGen: async () => (await import('./csv-example-gen.js')).CsvExampleGenActivity,
  ImportExampleGen: async () => (await import('./import-example-gen.js')).ImportExampleGenActivity,
  QueryExampleGen: async () => (await import('./query-example-gen.js')).QueryExampleGenActivity,
  StatisticsGen: async () => (await import('./statistics-gen.js')).StatisticsGenActivity,
  SchemaGen: async () => (await import('./schema-gen.js')).SchemaGenActivity,
  CurateSchema: async () => (await import('./curate-schema.js')).CurateSchemaActivity,
  MergeSchemas: async () => (await import('./merge-schemas.js')).MergeSchemasActivity,
  ExampleValidator: async () => (await import('./example-validator.js')).ExampleValidatorActivity,
  DistributionValidator: async () => (await import('./distribution-validator.js')).DistributionValidatorActivity,
  ExampleDiff: async () => (await import('./example-diff.js')).ExampleDiffActivity,
  Transform: async () => (await import('./transform.js')).TransformActivity,
  Trainer: async () => (await import('./trainer.js')).TrainerActivity,
  Evaluator: async () => (await import('./evaluator.js')).EvaluatorActivity,
  InfraValidator: async () => (await import('./infra-validator.js')).InfraValidatorActivity,
  Pusher: async () => (await import('./pusher.js')).PusherActivity,
};
