import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { ExecutorJob, ExecutorJobResult } from '../activities/executor-runner.js';
import type { Contract } from '../components/contract.js';
import type {
  ExecutorContext,
  Implementation,
  InputArtifact,
  OutputPlace,
  ProgressReport,
  Services,
} from '../components/implement.js';
import type { Properties } from '../artifacts/artifact.js';
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
  if (implementation.executor === undefined) {
    throw new PipelineError('COMPONENT_UNKNOWN', { what: `${job.component} has no executor` });
  }
  const modules: Record<string, string> = {};
  const result = await implementation.executor(contextOf(implementation.contract, job, hooks, modules));
  return {
    summary: result.summary,
    properties: Object.fromEntries(
      Object.entries(result.properties ?? {}).filter((entry): entry is [string, Properties] => entry[1] !== undefined),
    ),
    metrics: result.metrics ?? {},
    modules,
  };
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

/** A payload folder that writes cannot leave. */
export function outputPlace(folder: string): OutputPlace {
  return {
    path: folder,
    file(relativePath) {
      const file = path.resolve(folder, relativePath);
      if (!file.startsWith(folder + path.sep)) {
        throw new TypeError(`'${relativePath}' leads out of the output's folder`);
      }
      mkdirSync(path.dirname(file), { recursive: true });
      return file;
    },
  };
}
