import type { Artifact } from '../artifacts/artifact.js';
import type { OutcomeName } from '../activities/protocol.js';

/** The name of the query that answers with a `RunStatus`, also by `temporal workflow query --type status`. */
export const STATUS_QUERY = 'status';

/** A run started with this memo set to true reuses no earlier execution. */
export const NO_CACHE_MEMO = 'tfxNoCache';

/** Update: answers an approval. */
export const APPROVE_UPDATE = 'approve';
/** Updates: start no more nodes; go on. */
export const PAUSE_UPDATE = 'pause';
export const UNPAUSE_UPDATE = 'unpause';

/** What the update `approve` takes. */
export interface ApprovalAnswer {
  /** (Default: true) */
  readonly approved?: boolean;
  /** Who decides: one of the approvers, when the question names them. */
  readonly by: string;
  readonly why?: string;
  /** Which approval, when a run asks for several. */
  readonly node?: string;
}

/** What the update `approve` answers. */
export interface ApprovalReceipt {
  readonly node: string;
  readonly verdict: ApprovalDecision['verdict'];
}

export interface ApprovalDecision {
  readonly verdict: 'APPROVED' | 'NOT_APPROVED';
  readonly by: string;
  readonly why: string;
  /** ISO time. */
  readonly at: string;
}

/** A question that waits for a person. */
export interface PendingApproval {
  readonly node: string;
  readonly title: string;
  readonly evidence: readonly { readonly type: string; readonly id: number }[];
  /** ISO time. */
  readonly since: string;
  /** Who may answer; anybody when it is absent. */
  readonly approvers?: readonly string[];
  /** ISO time after which no answer counts as one. */
  readonly deadline?: string;
}

export interface PauseRequest {
  readonly by?: string;
  readonly why?: string;
}

export interface Paused extends PauseRequest {
  /** ISO time. */
  readonly since: string;
}

/** `waiting`: for a person's approval. */
export type NodeState = 'running' | 'waiting' | 'cached' | 'complete' | 'failed' | 'canceled';

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
  /** Of a node that is done in parts: how many are done. */
  readonly parts?: { readonly done: number; readonly count: number };
  /** The stable code of a failed node's error. */
  readonly code?: string;
}

/** What the `status` query answers. */
export interface RunStatus {
  readonly pipeline: string;
  readonly state: 'running' | 'ended' | 'failed' | 'canceled';
  readonly outcome?: OutcomeName;
  readonly reasons: readonly string[];
  /** Questions that wait for a person. */
  readonly approvals?: readonly PendingApproval[];
  /** Set while the run is paused. */
  readonly paused?: Paused;
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
