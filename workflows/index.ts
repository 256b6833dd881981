/*
 * The public entry `tfx-temporal/workflows`: safe in the workflow sandbox.
 */
export { Type, type Static } from '@sinclair/typebox';
export type { Artifact } from '../artifacts/artifact.js';
export type * from '../artifacts/types.js';
export { defineComponent, many, ModuleName, one, optional } from '../components/contract.js';
export type { Contract, Duration } from '../components/contract.js';
export type * from './calls.js';
export * from './components.js';
export { component, type CallOf, type Many } from './component.js';
export type { CallOptions, Component, ComponentCall } from './component-call.js';
export { approval, type ApprovalCall } from './approval.js';
export { subPipeline, type SubPipelineCall } from './sub-pipeline.js';
export { gate, type ApprovalGateOptions, type GateOptions, type GateReport } from './gate.js';
export { outcome, type Outcome } from './outcome.js';
export { driftCheck } from './drift-check.js';
export { retrain } from './retrain.js';
export type { DriftConfig, RetrainChange, RetrainConfig } from '../components/retrain/config.js';
export type { NewData, Queued } from './retrain-messages.js';
export type { DriftFinding, RetrainRun, RetrainStatus } from './retrain-state.js';
export { examplesOfSpans, nominalSpan, nominalTime, type SpanPeriod, type SpanWindow } from './spans.js';
export { pipeline, type Pipeline, type PipelineInput, type PipelineOutputs } from './pipeline.js';
export type {
  ApprovalAnswer,
  ApprovalReceipt,
  NodeResult,
  NodeState,
  NodeStatus,
  PauseRequest,
  PendingApproval,
  PipelineResult,
  RunStatus,
} from './status.js';
