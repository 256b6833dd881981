import type { CheckMode, ArtifactStore } from '../artifacts/store.js';
import type { Implementation, Resources } from '../components/implement.js';
import type { Lineage } from '../lineage/lineage.js';
import type { ExecutorRunner, ModuleRegistry } from './executor-runner.js';

/** The components that a worker knows. */
export interface ComponentRegistry {
  /** @throws PipelineError COMPONENT_UNKNOWN */
  find(type: string): Promise<Implementation>;
  /** Every type that `find` knows. */
  types(): Promise<readonly string[]>;
  /** The digest of the code of a user's own implementation; undefined for a standard component. */
  digest?(type: string): Promise<string | undefined>;
}

/** Bounds for each execution on this worker. */
export interface ResourceBounds extends Omit<Resources, 'temporaryPath'> {
  /** Where temporary folders are made. (Default: the system's) */
  readonly temporaryRoot?: string;
}

/** What executors' activities need. A worker that runs them alone needs no database. */
export interface ExecutorRuntime {
  readonly store: ArtifactStore;
  readonly modules: ModuleRegistry;
  readonly runner: ExecutorRunner;
  readonly resources: ResourceBounds;
  /** Roots that destinations must lie under. (Default: anywhere) */
  readonly destinations?: readonly string[];
  /** For components that change the outside world under a fence (Pusher). */
  readonly lineage?: Lineage;
}

/** What all activities need. */
export interface ActivityRuntime extends ExecutorRuntime {
  readonly lineage: Lineage;
  readonly components: ComponentRegistry;
  /** Roots that inputs must lie under. (Default: anywhere) */
  readonly inputRoots?: readonly string[];
  /** How thoroughly a cached output's files are checked. (Default: `quick`) */
  readonly verify?: CheckMode;
}
