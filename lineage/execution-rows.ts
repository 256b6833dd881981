import type { PropertyValue } from '../artifacts/artifact.js';
import { associate, ensureContexts, ensureParent, type ContextTypes, type NodeContexts } from './contexts.js';
import { cleanJson, cleanText } from './clean-text.js';
import type { Queryable } from './database.js';
import { externalId } from './identity.js';
import { insertProperties } from './properties.js';
import type { ExecutionFacts } from './records.js';
import { openRun } from './run-rows.js';
import { EventType, ExecutionState } from './states.js';
import { insertWires, wiresOf } from './wiring.js';

export interface OpenFacts extends ExecutionFacts {
  readonly executionId: number;
  readonly typeId: number;
  readonly contextTypes: ContextTypes;
  readonly state: 'RUNNING' | 'COMPLETE' | 'CACHED';
  readonly cachedFrom?: number;
  /** Why an earlier execution was not reused, in a sentence. */
  readonly cacheNote?: string;
  readonly summary: string;
  readonly begunAt: Date;
  readonly modules: Readonly<Record<string, string>>;
}

/** Reserves an execution id: outputs need it for their places before the execution is recorded. */
export async function reserveExecutionId(database: Queryable): Promise<number> {
  const [row] = await database.query<{ id: number }>(`select nextval('execution_id_seq')::int as id`);
  return row?.id ?? 0;
}

/**
 * Claims an identity: the first statement of every transaction that opens an execution. A concurrent claim of the same
 * identity waits here for the other's end.
 * @returns false when the identity is taken
 */
export async function claimExecution(transaction: Queryable, facts: OpenFacts): Promise<boolean> {
  const rows = await transaction.query<{ id: number }>(
    `insert into execution
       (id, type_id, last_known_state, external_id, create_time_since_epoch, last_update_time_since_epoch)
     values ($1, $2, $3, $4, $5, $5) on conflict (external_id) do nothing returning id`,
    [facts.executionId, facts.typeId, ExecutionState[facts.state], externalId(facts.identity), Date.now()],
  );
  return rows.length > 0;
}

/** Records all of an execution but its outputs. */
export async function describeExecution(transaction: Queryable, facts: OpenFacts): Promise<NodeContexts> {
  const { identity, run, executionId } = facts;
  const names = { pipeline: run.pipeline, runId: identity.runId, node: identity.node };
  const contexts = await ensureContexts(transaction, facts.contextTypes, names);
  if (run.parentRunId !== undefined) {
    await ensureParent(transaction, facts.contextTypes.pipelineRun, contexts.pipelineRun, run.parentRunId);
  }
  await openRun(transaction, identity, run, { contextId: contexts.pipelineRun, begunAt: facts.begunAt });
  await transaction.query(
    `insert into tfx.execution (execution_id, namespace, workflow_id, run_id, node, pipeline, component, fingerprint,
       fingerprint_fields, cached_from, cache_note, summary, modules, begun_at, ended_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, case when $15 then now() end)`,
    [
      executionId,
      identity.namespace,
      identity.workflowId,
      identity.runId,
      identity.node,
      run.pipeline,
      facts.component,
      facts.fingerprint,
      cleanJson(facts.fields),
      facts.cachedFrom ?? null,
      facts.cacheNote === undefined ? null : cleanText(facts.cacheNote),
      cleanText(facts.summary),
      cleanJson(facts.modules),
      facts.begunAt,
      facts.state !== 'RUNNING',
    ],
  );
  await associate(transaction, contexts, executionId);
  await insertProperties(transaction, 'execution', executionId, executionProperties(facts));
  await insertWires(transaction, executionId, 'input', wiresOf(facts.inputs), EventType.INPUT);
  return contexts;
}

/** Parameters as TFX stores exec properties: scalars as they are, all else as JSON text. */
function executionProperties(facts: ExecutionFacts): Record<string, PropertyValue> {
  const entries = Object.entries(facts.parameters).filter(([, value]) => value !== undefined && value !== null);
  const properties = entries.map(([name, value]): [string, PropertyValue] => [name, scalar(value)]);
  return {
    ...Object.fromEntries(properties),
    pipeline_name: facts.run.pipeline,
    pipeline_run_id: facts.identity.runId,
    component_id: facts.identity.node,
  };
}

function scalar(value: unknown): PropertyValue {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  return JSON.stringify(value);
}

export async function saveAnswer(transaction: Queryable, executionId: number, answer: unknown): Promise<void> {
  await transaction.query('update tfx.execution set answer = $2 where execution_id = $1', [
    executionId,
    JSON.stringify(answer),
  ]);
}
