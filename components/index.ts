/*
 * The standard components' contracts in pipeline order: this file is the map.
 * A contract is plain data and safe in the workflow sandbox.
 */
export {
  any,
  defineComponent,
  many,
  moduleParameters,
  ModuleName,
  one,
  optional,
  type Contract,
  type ExecutionHints,
  type InputChannel,
  type OutputsOf,
  type ParametersOf,
} from './contract.js';
export { Importer } from './importer/contract.js';
export { CsvExampleGen, ImportExampleGen, QueryExampleGen } from './example-gen/contract.js';
export { StatisticsGen } from './statistics-gen/contract.js';
export { SchemaGen } from './schema-gen/contract.js';
export { ImportSchema } from './import-schema/contract.js';
export { CurateSchema } from './curate-schema/contract.js';
export { MergeSchemas } from './merge-schemas/contract.js';
export { ExampleValidator } from './example-validator/contract.js';
export { DistributionValidator } from './distribution-validator/contract.js';
export { ExampleDiff } from './example-diff/contract.js';
export { Transform } from './transform/contract.js';
export { Trainer } from './trainer/contract.js';
export { LatestBlessedModel } from './latest-blessed-model/contract.js';
export { Evaluator } from './evaluator/contract.js';
export type { EvaluationConfig } from './evaluator/evaluation-config.js';
export { InfraValidator } from './infra-validator/contract.js';
export { Approval } from './approval/contract.js';
export { Pusher } from './pusher/contract.js';
