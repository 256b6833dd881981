import { PipelineError } from '../errors/pipeline-error.js';
import type { Database, Queryable } from './database.js';
import { externalId, type ExecutionIdentity } from './identity.js';
import { executionStateName } from './states.js';

export interface FenceFacts {
  /** What is guarded, in one canonical form, e.g. the destination's absolute URI. */
  readonly destination: string;
  /** Later executions win over earlier ones. */
  readonly executionId: number;
  readonly identity: ExecutionIdentity;
}

/** What the last holder of a destination left there. */
export interface FenceHolder<R> {
  readonly executionId: number;
  readonly token: string;
  readonly result: R;
}

/**
 * Runs `commit` as the only one for a destination, in the order of executions: compare and set under a row lock that
 * lasts as long as `commit` does. A retry of the holder runs `commit` again, which must find its own work done.
 * @param commit makes something visible with one short atomic step; what it returns is kept for the next holder
 * @throws PipelineError FENCE_SUPERSEDED when a newer execution holds the destination, EXECUTION_CLOSED when this
 * execution has failed or was cancelled meanwhile
 */
export async function withFence<R>(
  database: Database,
  facts: FenceFacts,
  commit: (previous: FenceHolder<R> | undefined) => Promise<R>,
): Promise<R> {
  return await database.transaction(async (transaction) => {
    const previous = await takeFence<R>(transaction, facts);
    await requireOpen(transaction, facts);
    const result = await commit(previous);
    await transaction.query(
      `update tfx.fence set execution_id = $2, token = token + 1, result = $3, updated_at = now() where destination = $1`,
      [facts.destination, facts.executionId, JSON.stringify(result ?? null)],
    );
    return result;
  });
}

async function takeFence<R>(transaction: Queryable, facts: FenceFacts): Promise<FenceHolder<R> | undefined> {
  await transaction.query('insert into tfx.fence (destination) values ($1) on conflict do nothing', [
    facts.destination,
  ]);
  const [row] = await transaction.query<{ execution_id: number; token: string; result: R }>(
    'select execution_id, token::text, result from tfx.fence where destination = $1 for update',
    [facts.destination],
  );
  if (row === undefined || row.execution_id === 0) return undefined;
  if (row.execution_id > facts.executionId) {
    throw new PipelineError('FENCE_SUPERSEDED', {
      what: `${facts.destination} was taken by execution ${row.execution_id}, after execution ${facts.executionId} began.`,
      details: { destination: facts.destination, holder: row.execution_id },
    });
  }
  return { executionId: row.execution_id, token: row.token, result: row.result };
}

/** An attempt that was given up must not act: its execution is closed. None yet is a run after a reset. */
async function requireOpen(transaction: Queryable, facts: FenceFacts): Promise<void> {
  const [row] = await transaction.query<{ last_known_state: number }>(
    'select last_known_state from execution where external_id = $1',
    [externalId(facts.identity)],
  );
  const state = row === undefined ? 'RUNNING' : executionStateName(row.last_known_state);
  if (state === 'RUNNING') return;
  throw new PipelineError('EXECUTION_CLOSED', {
    what: `Execution ${facts.executionId} (${facts.identity.node}) is ${state}; it may not change ${facts.destination}.`,
  });
}
