import { PipelineError } from '../errors/pipeline-error.js';
import type { Queryable } from './database.js';
import type { ExecutionIdentity } from './identity.js';
import type { RunRecord } from './records.js';

export type RunIdentity = Omit<ExecutionIdentity, 'node'>;

/**
 * Records a run on its first node, and holds it open until the transaction ends.
 * @throws PipelineError RUN_FINISHED when the run is over: nobody would end what a late attempt opens now.
 */
export async function openRun(
  transaction: Queryable,
  identity: RunIdentity,
  run: RunRecord,
  contextId: number,
): Promise<void> {
  const found = await lockRun(transaction, identity);
  if (found === undefined) await insertRun(transaction, identity, run, contextId);
  // A row that another transaction inserted meanwhile must be looked at, too.
  const locked = found ?? (await lockRun(transaction, identity));
  if (locked?.finished === true) {
    throw new PipelineError('RUN_FINISHED', { what: `Run ${identity.runId} of ${identity.workflowId} is over.` });
  }
}

async function lockRun(transaction: Queryable, identity: RunIdentity): Promise<{ finished: boolean } | undefined> {
  const [row] = await transaction.query<{ finished: boolean }>(
    `select finished_at is not null as finished from tfx.run
     where namespace = $1 and workflow_id = $2 and run_id = $3 for share`,
    [identity.namespace, identity.workflowId, identity.runId],
  );
  return row;
}

export async function insertRun(
  transaction: Queryable,
  identity: RunIdentity,
  run: RunRecord,
  contextId: number,
): Promise<void> {
  await transaction.query(
    `insert into tfx.run (namespace, workflow_id, run_id, pipeline, context_id, parameters, nominal_time)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
    [
      identity.namespace,
      identity.workflowId,
      identity.runId,
      run.pipeline,
      contextId,
      JSON.stringify(run.parameters ?? null),
      run.nominalTime,
    ],
  );
}
