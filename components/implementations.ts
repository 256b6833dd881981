import type { Implementation } from './implement.js';

/**
 * The standard components' implementations by type, loaded on demand so that a thread carries only what it runs.
 * One line per component, in pipeline order.
 */
export const standardImplementations: Readonly<Record<string, () => Promise<Implementation>>> = {
  CsvExampleGen: async () => (await import('./example-gen/csv-executor.js')).csvExampleGen,
  ImportExampleGen: async () => (await import('./example-gen/import-executor.js')).importExampleGen,
  QueryExampleGen: async () => (await import('./example-gen/query-executor.js')).queryExampleGen,
  Importer: async () => (await import('./importer/driver.js')).importer,
  StatisticsGen: async () => (await import('./statistics-gen/executor.js')).statisticsGen,
  SchemaGen: async () => (await import('./schema-gen/executor.js')).schemaGen,
  ImportSchema: async () => (await import('./import-schema/driver.js')).importSchema,
  CurateSchema: async () => (await import('./curate-schema/executor.js')).curateSchema,
  MergeSchemas: async () => (await import('./merge-schemas/executor.js')).mergeSchemasExecutor,
  ExampleValidator: async () => (await import('./example-validator/executor.js')).exampleValidator,
  DistributionValidator: async () => (await import('./distribution-validator/executor.js')).distributionValidator,
  ExampleDiff: async () => (await import('./example-diff/executor.js')).exampleDiff,
  Transform: async () => (await import('./transform/executor.js')).transform,
  Trainer: async () => (await import('./trainer/executor.js')).trainer,
  LatestBlessedModel: async () => (await import('./latest-blessed-model/driver.js')).latestBlessedModel,
  Evaluator: async () => (await import('./evaluator/executor.js')).evaluator,
  InfraValidator: async () => (await import('./infra-validator/executor.js')).infraValidator,
  Approval: async () => (await import('./approval/driver.js')).approval,
  Pusher: async () => (await import('./pusher/executor.js')).pusher,
};
