import type { Artifact } from '../artifacts/artifact.js';
import { PipelineError } from '../errors/pipeline-error.js';
import { insertOutputs, outputTypes } from './artifact-rows.js';
import { cleanJson, cleanText } from './clean-text.js';
import { contextTypes, ensureContexts, type ContextTypes } from './contexts.js';
import type { Database, Queryable } from './database.js';
import { claimExecution, describeExecution, type OpenFacts } from './execution-rows.js';
import { externalId, type ExecutionIdentity } from './identity.js';
import type { ExecutionFacts, NewOutput } from './records.js';
import { loadReferences } from './references.js';
import { closeRun } from './run-rows.js';
import { EventType, executionStateName, ExecutionState, type ExecutionStateName } from './states.js';
import type { TypeRegistry } from './type-registry.js';
import { insertWires, wiresOf } from './wiring.js';

export interface PublishFacts extends Omit<ExecutionFacts, 'fields'> {
  /** The execution that begin opened: another run's after a workflow reset. */
  readonly begunExecutionId: number;
  readonly outputs: Readonly<Record<string, NewOutput>>;
  readonly summary: string;
  readonly metrics: Readonly<Record<string, number>>;
  readonly modules: Readonly<Record<string, string>>;
  /** Set when other code ran than begin saw: the fingerprint of what ran, from the fields that begin recorded. */
  readonly refingerprint?: (fields: Readonly<Record<string, string>>) => {
    readonly digest: string;
    readonly fields: Readonly<Record<string, string>>;
  };
}

export interface KnownExecution {
  readonly id: number;
  readonly state: ExecutionStateName;
}

/**
 * Commits an execution's outputs in one transaction: the moment from which readers see them. A second call answers
 * what the first one committed. After a workflow reset it opens a new execution for the new run.
 * @throws PipelineError EXECUTION_CLOSED when the execution has failed or was cancelled meanwhile
 */
export async function publishExecution(
  database: Database,
  types: TypeRegistry,
  facts: PublishFacts,
): Promise<Readonly<Record<string, Artifact>>> {
  const typeId = await types.executionType(facts.component);
  const contexts = await contextTypes(types);
  const typeIds = await outputTypes(types, facts.outputs);
  return await database.transaction(async (transaction) => {
    const known = await lockExecution(transaction, facts.identity);
    const open = known ?? (await openAfterReset(transaction, facts, typeId, contexts));
    if (isDone(open)) return await publishedOutputs(transaction, open.id);
    if (open.state !== 'RUNNING') throw closed(facts.identity, open.state);
    return await commitOutputs(transaction, open.id, facts, { typeIds, contextTypes: contexts });
  });
}

/** Finds an identity's execution and keeps others from changing it until the transaction ends. */
export async function lockExecution(
  transaction: Queryable,
  identity: ExecutionIdentity,
): Promise<KnownExecution | undefined> {
  const [row] = await transaction.query<{ id: number; last_known_state: number | null }>(
    'select id, last_known_state from execution where external_id = $1 for update',
    [externalId(identity)],
  );
  return row === undefined ? undefined : { id: row.id, state: executionStateName(row.last_known_state) };
}

function isDone(execution: KnownExecution): boolean {
  return execution.state === 'COMPLETE' || execution.state === 'CACHED';
}

async function publishedOutputs(
  transaction: Queryable,
  executionId: number,
): Promise<Readonly<Record<string, Artifact>>> {
  const wires = await transaction.query<{ channel: string; artifact_id: number }>(
    `select channel, artifact_id from tfx.wiring where execution_id = $1 and direction = 'output' order by channel, index`,
    [executionId],
  );
  const references = await loadReferences(
    transaction,
    wires.map((wire) => wire.artifact_id),
  );
  const found = wires.map((wire): [string, Artifact | undefined] => [wire.channel, references.get(wire.artifact_id)]);
  return Object.fromEntries(found.filter((entry): entry is [string, Artifact] => entry[1] !== undefined));
}

/** The begun execution belongs to the run before the reset, which has ended: this run gets an execution of its own. */
export async function openAfterReset(
  transaction: Queryable,
  facts: Omit<PublishFacts, 'outputs' | 'metrics'>,
  typeId: number,
  types: ContextTypes,
): Promise<KnownExecution> {
  const [begun] = await transaction.query<{ fields: Record<string, string>; run_id: string }>(
    'select fingerprint_fields as fields, run_id from tfx.execution where execution_id = $1',
    [facts.begunExecutionId],
  );
  const [reserved] = await transaction.query<{ id: number }>(`select nextval('execution_id_seq')::int as id`);
  const open: OpenFacts = {
    ...facts,
    fields: begun?.fields ?? {},
    executionId: reserved?.id ?? 0,
    typeId,
    contextTypes: types,
    begunAt: new Date(),
    state: 'RUNNING',
    cacheNote: `Made again by a reset of execution ${facts.begunExecutionId}.`,
  };
  if (!(await claimExecution(transaction, open))) {
    // Another attempt of this publish opened it first, and has committed: the claim waited for that.
    const theirs = await lockExecution(transaction, facts.identity);
    if (theirs !== undefined) return theirs;
  }
  await describeExecution(transaction, open);
  if (begun !== undefined) await closeRunBefore(transaction, facts.identity, begun.run_id);
  return { id: open.executionId, state: 'RUNNING' };
}

/** A reset ends the run before it without a word to lineage. */
async function closeRunBefore(transaction: Queryable, identity: ExecutionIdentity, runId: string): Promise<void> {
  const message = `The workflow was reset; it goes on as run ${identity.runId}.`;
  const failure = { code: 'RUN_RESET', message, canceled: true };
  await closeRun(transaction, { ...identity, runId }, { reasons: [], failure });
}

async function commitOutputs(
  transaction: Queryable,
  executionId: number,
  facts: PublishFacts,
  ids: { readonly typeIds: ReadonlyMap<string, number>; readonly contextTypes: ContextTypes },
): Promise<Readonly<Record<string, Artifact>>> {
  const { identity, run, component } = facts;
  const names = { pipeline: run.pipeline, runId: identity.runId, node: identity.node };
  const contexts = await ensureContexts(transaction, ids.contextTypes, names);
  const outputs = await insertOutputs(transaction, facts.outputs, {
    typeIds: ids.typeIds,
    contexts,
    pipeline: run.pipeline,
    component,
  });
  const channels = Object.fromEntries(Object.entries(outputs).map(([channel, artifact]) => [channel, [artifact]]));
  await insertWires(transaction, executionId, 'output', wiresOf(channels), EventType.OUTPUT);
  await insertMetrics(transaction, executionId, facts.metrics);
  await endExecution(transaction, executionId, ExecutionState.COMPLETE);
  await transaction.query('update tfx.execution set summary = $2, modules = $3 where execution_id = $1', [
    executionId,
    cleanText(facts.summary),
    cleanJson(facts.modules),
  ]);
  if (facts.refingerprint !== undefined) await correctFingerprint(transaction, executionId, facts.refingerprint);
  return outputs;
}

async function correctFingerprint(
  transaction: Queryable,
  executionId: number,
  refingerprint: NonNullable<PublishFacts['refingerprint']>,
): Promise<void> {
  const [row] = await transaction.query<{ fields: Record<string, string> }>(
    'select fingerprint_fields as fields from tfx.execution where execution_id = $1',
    [executionId],
  );
  const { digest, fields } = refingerprint(row?.fields ?? {});
  await transaction.query(
    'update tfx.execution set fingerprint = $2, fingerprint_fields = $3 where execution_id = $1',
    [executionId, digest, cleanJson(fields)],
  );
}

async function insertMetrics(
  transaction: Queryable,
  executionId: number,
  metrics: Readonly<Record<string, number>>,
): Promise<void> {
  const finite = Object.entries(metrics).filter(([, value]) => Number.isFinite(value));
  await transaction.query(
    `insert into tfx.metric (execution_id, name, value)
     select $1, * from unnest($2::text[], $3::float8[]) on conflict do nothing`,
    [executionId, finite.map(([name]) => cleanText(name)), finite.map(([, value]) => value)],
  );
}

export async function endExecution(transaction: Queryable, executionId: number, state: number): Promise<void> {
  await transaction.query(
    'update execution set last_known_state = $2, last_update_time_since_epoch = $3 where id = $1',
    [executionId, state, Date.now()],
  );
  await transaction.query('update tfx.execution set ended_at = now() where execution_id = $1', [executionId]);
}

function closed(identity: ExecutionIdentity, state: string): PipelineError {
  return new PipelineError('EXECUTION_CLOSED', {
    what: `The result of ${identity.node} in run ${identity.runId} came when its execution was already ${state}.`,
  });
}
