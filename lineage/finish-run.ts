import { contextTypes, ensureContext } from './contexts.js';
import type { Database, Queryable } from './database.js';
import type { FailureRecord } from './fail-execution.js';
import type { RunRecord } from './records.js';
import { insertRun, type RunIdentity } from './run-rows.js';
import { ExecutionState } from './states.js';
import type { TypeRegistry } from './type-registry.js';

export interface FinishFacts {
  readonly identity: RunIdentity;
  readonly run: RunRecord;
  readonly outcome?: string;
  readonly reasons: readonly string[];
  readonly failure?: FailureRecord;
}

/**
 * Records how a run ended, and closes executions that nobody will end any more, in one transaction. The first call
 * counts: a later one changes nothing.
 */
export async function finishRun(database: Database, types: TypeRegistry, facts: FinishFacts): Promise<void> {
  const { pipelineRun } = await contextTypes(types);
  await database.transaction(async (transaction) => {
    const contextId = await ensureContext(transaction, pipelineRun, facts.identity.runId);
    await insertRun(transaction, facts.identity, facts.run, contextId);
    if (await closeRun(transaction, facts)) await closeOpenExecutions(transaction, facts);
  });
}

async function closeRun(transaction: Queryable, facts: FinishFacts): Promise<boolean> {
  const { identity, failure } = facts;
  const rows = await transaction.query<{ run_id: string }>(
    `update tfx.run set finished_at = now(), outcome = $4, reasons = $5, failure_code = $6, failure_message = $7,
       canceled = $8
     where namespace = $1 and workflow_id = $2 and run_id = $3 and finished_at is null returning run_id`,
    [
      identity.namespace,
      identity.workflowId,
      identity.runId,
      facts.outcome ?? null,
      JSON.stringify(facts.reasons),
      failure?.code ?? null,
      failure?.message.replaceAll('\0', '\uFFFD') ?? null,
      failure?.canceled ?? false,
    ],
  );
  return rows.length > 0;
}

async function closeOpenExecutions(transaction: Queryable, { identity, failure }: FinishFacts): Promise<void> {
  const state = failure === undefined || failure.canceled ? ExecutionState.CANCELED : ExecutionState.FAILED;
  const closed = await transaction.query<{ id: number }>(
    `update execution e set last_known_state = $4, last_update_time_since_epoch = $5
     from tfx.execution x where x.execution_id = e.id and x.namespace = $1 and x.workflow_id = $2 and x.run_id = $3
       and e.last_known_state = $6 returning e.id`,
    [identity.namespace, identity.workflowId, identity.runId, state, Date.now(), ExecutionState.RUNNING],
  );
  await transaction.query('update tfx.execution set ended_at = now() where execution_id = any($1::int[])', [
    closed.map((row) => row.id),
  ]);
}
