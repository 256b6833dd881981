/*
 * `tfx-temporal`: configuration, and the calls that define components and artifact types of your own.
 * Pipelines import `tfx-temporal/workflows`, user code `tfx-temporal/modules`, starters `tfx-temporal/client`.
 */
export { Type } from '@sinclair/typebox';
export type { Artifact, Properties, PropertyValue } from './artifacts/artifact.js';
export type * from './artifacts/types.js';
export { defineComponent, many, ModuleName, one, optional, type Contract } from './components/contract.js';
export { implement, type ExecutorContext, type ExecutorResult, type Implementation } from './components/implement.js';
export {
  filesOfPart,
  implementInParts,
  planByFiles,
  type Part,
  type PartContext,
  type PartsOf,
  type PartsPlan,
  type PlanContext,
  type PlannedFile,
  type ReduceContext,
} from './components/parts.js';
export { catalog, type ErrorCode, type ErrorEntry, type ErrorKind } from './errors/catalog/index.js';
export { isPipelineError, PipelineError } from './errors/pipeline-error.js';
export { defineConfig, type TfxConfig } from './worker/config.js';
