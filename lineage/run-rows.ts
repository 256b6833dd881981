import { PipelineError } from '../errors/pipeline-error.js';
import { cleanJson, cleanText } from './clean-text.js';
import type { Queryable } from './database.js';
import type { ExecutionIdentity } from './identity.js';
import type { RunRecord } from './records.js';
import { ExecutionState } from './states.js';

interface RunFacts {
  /** The ml-metadata context `pipeline_run`. */
  readonly contextId: number;
  readonly begunAt: Date;
}

export type RunIdentity = Omit<ExecutionIdentity, 'node'>;

/**
 * Records a run on its first node, and holds it open until the transaction ends.
 * @throws PipelineError RUN_FINISHED when the run is over: nobody would end what a late attempt opens now.
 */
export async function openRun(
  transaction: Queryable,
  identity: RunIdentity,
  run: RunRecord,
  facts: RunFacts,
): Promise<void> {
  const found = await lockRun(transaction, identity);
  if (found === undefined) await insertRun(transaction, identity, run, facts);
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
  facts: RunFacts,
): Promise<void> {
  await transaction.query(
    `insert into tfx.run (namespace, workflow_id, run_id, pipeline, context_id, parameters, nominal_time,
       nominal_text, begun_at)
     values ($1, $2, $3, $4, $5, $6, $7::text::timestamptz, $7::text, $8) on conflict do nothing`,
    [
      identity.namespace,
      identity.workflowId,
      identity.runId,
      run.pipeline,
      facts.contextId,
      cleanJson(run.parameters),
      run.nominalTime,
      facts.begunAt,
    ],
  );
}

/** How a run ended, as its row keeps it. */
export interface RunEnd {
  readonly outcome?: string;
  readonly reasons: readonly string[];
  readonly failure?: { readonly code: string; readonly message: string; readonly canceled: boolean };
}

/**
 * Ends a run, and closes executions that nobody will end any more. The first end counts: a later one changes nothing.
 */
export async function closeRun(transaction: Queryable, identity: RunIdentity, end: RunEnd): Promise<void> {
  const { failure } = end;
  const key = [identity.namespace, identity.workflowId, identity.runId];
  const rows = await transaction.query<{ run_id: string }>(
    `update tfx.run set finished_at = now(), outcome = $4, reasons = $5, failure_code = $6, failure_message = $7,
       canceled = $8
     where namespace = $1 and workflow_id = $2 and run_id = $3 and finished_at is null returning run_id`,
    [
      ...key,
      end.outcome ?? null,
      cleanJson(end.reasons),
      failure?.code ?? null,
      failure === undefined ? null : cleanText(failure.message),
      failure?.canceled ?? false,
    ],
  );
  if (rows.length === 0) return;
  const state = failure === undefined || failure.canceled ? ExecutionState.CANCELED : ExecutionState.FAILED;
  const closed = await transaction.query<{ id: number }>(
    `update execution e set last_known_state = $4, last_update_time_since_epoch = $5
     from tfx.execution x where x.execution_id = e.id and x.namespace = $1 and x.workflow_id = $2 and x.run_id = $3
       and e.last_known_state = $6 returning e.id`,
    [...key, state, Date.now(), ExecutionState.RUNNING],
  );
  await transaction.query('update tfx.execution set ended_at = now() where execution_id = any($1::int[])', [
    closed.map((row) => row.id),
  ]);
}
