import type { ExecutorJob, ExecutorJobResult } from '../activities/executor-runner.js';
import type { Contract } from '../components/contract.js';
import type {
  ExecutorContext,
  ExecutorResult,
  Implementation,
  InputArtifact,
  ProgressReport,
  Services,
} from '../components/implement.js';
import type { Properties } from '../artifacts/artifact.js';
import { outputPlace } from '../components/output-place.js';
import { PipelineError } from '../errors/pipeline-error.js';

/** What one attempt of an executor talks to. */
export interface ExecutorHooks {
  onProgress(report: ProgressReport): void;
  onCheckpoint(detail: unknown): void;
  readonly signal: AbortSignal;
  /** The exports and digest of a registered module. */
  loadModule(name: string): Promise<{ readonly exports: Readonly<Record<string, unknown>>; readonly digest: string }>;
  readonly services: Services;
}

/** Runs an implementation's executor on a job, in this thread. */
export async function runExecutor(
  implementation: Implementation,
  job: ExecutorJob,
  hooks: ExecutorHooks,
): Promise<ExecutorJobResult> {
  const modules: Record<string, string> = {};
  const context = contextOf(implementation.contract, job, hooks, modules);
  const result: ExecutorResult = await runStep(implementation, job, context);
  return {
    summary: result.summary,
    properties: Object.fromEntries(
      Object.entries(result.properties ?? {}).filter((entry): entry is [string, Properties] => entry[1] !== undefined),
    ),
    metrics: result.metrics ?? {},
    modules,
  };
}

async function runStep(
  implementation: Implementation,
  { component, step }: ExecutorJob,
  context: ExecutorContext<Contract>,
): Promise<ExecutorResult> {
  const { parts } = implementation;
  if (step === undefined && implementation.executor !== undefined) return await implementation.executor(context);
  if (step === undefined || parts === undefined) {
    throw new PipelineError('COMPONENT_UNKNOWN', { what: `${component} has no ${step?.kind ?? 'executor'}` });
  }
  if (step.kind === 'map') return await parts.map({ ...context, part: step.part, state: outputPlace(step.state) });
  return await parts.reduce({ ...context, states: step.states.map((path) => ({ path })) });
}

function contextOf(
  contract: Contract,
  job: ExecutorJob,
  hooks: ExecutorHooks,
  modules: Record<string, string>,
): ExecutorContext<Contract> {
  const { resume } = job.checkpoint;
  return {
    inputs: inputsOf(contract, job),
    parameters: job.parameters,
    outputs: Object.fromEntries(Object.entries(job.outputs).map(([name, folder]) => [name, outputPlace(folder)])),
    loadModule: async (name) => {
      const { exports, digest } = await hooks.loadModule(name);
      modules[name] = digest;
      return exports;
    },
    progress: (report) => hooks.onProgress(report),
    checkpoints: { resume, path: job.checkpoint.path, save: (detail) => hooks.onCheckpoint(detail) },
    signal: hooks.signal,
    resources: job.resources,
    execution: { pipeline: job.pipeline, node: job.node, executionId: job.executionId },
    services: hooks.services,
  };
}

type Input = InputArtifact | readonly InputArtifact[] | undefined;

function inputsOf(contract: Contract, job: ExecutorJob): Record<string, never> {
  const inputs: Record<string, Input> = {};
  for (const [name, channel] of Object.entries(contract.inputs)) {
    const list = job.inputs[name] ?? [];
    inputs[name] = channel.arity === 'many' ? list : list[0];
  }
  // By channel, each has the shape that its arity says; the general type cannot.
  return inputs as Record<string, never>;
}
