/*
 * The public entry `tfx-temporal/worker`: the Temporal plugin and the project's worker.
 */
export { defineConfig, type ResourceLimits, type TfxConfig } from './config.js';
export { findConfig, loadConfig, type LoadedConfig } from './load-config.js';
export { loadPipelines, type PipelineFacts } from './load-pipelines.js';
export type { WorkerDeployment } from './deployment.js';
export { heavyTaskQueue, TfxPlugin, type TfxPluginOptions } from './plugin.js';
export { runWorker, type RunWorkerOptions, type WorkerFacts } from './run-worker.js';
export { bundleWorkflows, type WorkflowBundle } from './workflow-bundle.js';
