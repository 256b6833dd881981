import type { Properties } from '../artifacts/artifact.js';
import type { ProgressReport, Resources } from '../components/implement.js';
import type { InputArtifact } from '../components/implement.js';
import type { Part } from '../components/parts.js';

/** One executor attempt, as plain data that can be posted to a thread. */
export interface ExecutorJob {
  readonly component: string;
  readonly pipeline: string;
  readonly node: string;
  readonly executionId: number;
  readonly inputs: Readonly<Record<string, readonly InputArtifact[]>>;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** (Default: the executor, which does all) */
  readonly step?: JobStep;
  /** Output channel to this attempt's own payload folder, made and empty. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly checkpoint: { readonly path: string; readonly resume?: { readonly path: string; readonly detail: unknown } };
  readonly resources: Resources;
}

/** One step of a component in parts, with the folder of this part's state, or of the states of all. */
export type JobStep =
  | { readonly kind: 'map'; readonly part: Part; readonly state: string }
  | { readonly kind: 'reduce'; readonly states: readonly string[] };

export interface ExecutorJobResult {
  readonly summary: string;
  readonly properties: Readonly<Record<string, Properties>>;
  readonly metrics: Readonly<Record<string, number>>;
  /** Digests of the modules that the executor loaded, by name. */
  readonly modules: Readonly<Record<string, string>>;
}

export interface ExecutorJobEvents {
  onProgress(report: ProgressReport): void;
  onCheckpoint(detail: unknown): void;
  /** Aborted: ask the executor to stop, and end its thread when it does not within a few seconds. */
  readonly signal: AbortSignal;
}

/** Runs an executor away from the event loop. The worker hands in threads; a test may run in process. */
export interface ExecutorRunner {
  run(job: ExecutorJob, events: ExecutorJobEvents): Promise<ExecutorJobResult>;
}

/** The modules of user code that a worker knows. */
export interface ModuleRegistry {
  /** sha256 (hex) of the module's bundle and its packages' locked versions. MODULE_UNKNOWN when not registered. */
  digest(name: string): Promise<string>;
  /** The module's exports, loaded in this thread. */
  load(name: string): Promise<Readonly<Record<string, unknown>>>;
}
