import type { Artifact } from '../artifacts/artifact.js';
import type { OutcomeName } from '../activities/protocol.js';

/** The name of the query that answers with a `RunStatus`, also by `temporal workflow query --type status`. */
export const STATUS_QUERY = 'status';

/** A run started with this memo set to true reuses no earlier execution. */
export const NO_CACHE_MEMO = 'tfxNoCache';

export type NodeState = 'running' | 'cached' | 'complete' | 'failed' | 'canceled';

/** One component call of a run. */
export interface NodeStatus {
  /** Unique in the run: the component's type, or the call's `id`. */
  readonly node: string;
  readonly component: string;
  readonly state: NodeState;
  /** One line for people; of a failed node what happened. */
  readonly summary: string;
  /** ml-metadata's id of the execution, once there is one. */
  readonly executionId?: number;
  /** Outputs by channel, once there are any. */
  readonly artifacts: Readonly<Record<string, Artifact>>;
  /** ISO times, of the workflow's clock. */
  readonly started: string;
  readonly finished?: string;
  /** The stable code of a failed node's error. */
  readonly code?: string;
}

/** What the `status` query answers. */
export interface RunStatus {
  readonly pipeline: string;
  readonly state: 'running' | 'ended' | 'failed' | 'canceled';
  readonly outcome?: OutcomeName;
  readonly reasons: readonly string[];
  /** In the order of their calls. */
  readonly nodes: readonly NodeStatus[];
}

/** A node as the run's result keeps it: outputs by id only, because the whole result stays small. */
export interface NodeResult {
  readonly node: string;
  readonly component: string;
  readonly state: NodeState;
  readonly summary: string;
  readonly executionId?: number;
  readonly artifacts: Readonly<Record<string, number>>;
  readonly seconds: number;
}

/** What a pipeline's workflow returns. All outcomes are successful completions. */
export interface PipelineResult<O = Readonly<Record<string, Artifact>>> {
  readonly outcome: OutcomeName;
  /** Why, in sentences: empty for `PUSHED` and `COMPLETED`. */
  readonly reasons: readonly string[];
  /** What the pipeline's function returned, e.g. `{ pushedModel }`; empty when it ended by an outcome. */
  readonly outputs: O;
  readonly nodes: readonly NodeResult[];
}
