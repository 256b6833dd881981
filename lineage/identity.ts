import { createHash } from 'node:crypto';

/** What one execution of a node is, whichever attempt or worker speaks of it. */
export interface ExecutionIdentity {
  /** Temporal namespace. */
  readonly namespace: string;
  readonly workflowId: string;
  /** Temporal run id: another one after a reset, so that work done again is a new execution. */
  readonly runId: string;
  readonly node: string;
}

/** The identity as ml-metadata's unique `execution.external_id`: sha256 in hex, of a form no two identities share. */
export function externalId({ namespace, workflowId, runId, node }: ExecutionIdentity): string {
  return createHash('sha256')
    .update(JSON.stringify([namespace, workflowId, runId, node]))
    .digest('hex');
}
