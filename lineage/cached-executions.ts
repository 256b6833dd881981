import type { Artifact } from '../artifacts/artifact.js';
import type { PayloadFile } from '../artifacts/manifest.js';
import { loadFiles } from './artifact-rows.js';
import type { Queryable } from './database.js';
import type { ExecutionIdentity } from './identity.js';
import { loadReferences } from './references.js';
import { ArtifactState, EventType, ExecutionState } from './states.js';

export interface CachedOutput {
  readonly artifact: Artifact;
  readonly files: readonly PayloadFile[];
}

/** An earlier execution of the same fingerprint; its outputs are LIVE, but its files are not checked yet. */
export interface CacheCandidate {
  readonly executionId: number;
  readonly runId: string;
  readonly summary: string;
  readonly outputs: Readonly<Record<string, CachedOutput>>;
}

/** Completed executions of a fingerprint, newest first. */
export async function cacheCandidates(
  database: Queryable,
  component: string,
  fingerprint: string,
  limit = 3,
): Promise<readonly CacheCandidate[]> {
  const rows = await database.query<{ execution_id: number; run_id: string; summary: string }>(
    `select x.execution_id, x.run_id, x.summary from tfx.execution x join execution e on e.id = x.execution_id
     where x.fingerprint = $1 and x.component = $2 and e.last_known_state = $3
       and not exists (
         select from tfx.wiring w join artifact a on a.id = w.artifact_id
         where w.execution_id = x.execution_id and w.direction = 'output' and a.state <> $4)
     order by x.execution_id desc limit $5`,
    [fingerprint, component, ExecutionState.COMPLETE, ArtifactState.LIVE, limit],
  );
  const candidates: CacheCandidate[] = [];
  for (const row of rows) {
    const outputs = await outputsOf(database, row.execution_id);
    candidates.push({ executionId: row.execution_id, runId: row.run_id, summary: row.summary, outputs });
  }
  return candidates;
}

async function outputsOf(database: Queryable, executionId: number): Promise<Record<string, CachedOutput>> {
  const wires = await database.query<{ channel: string; artifact_id: number }>(
    `select channel, artifact_id from tfx.wiring where execution_id = $1 and direction = 'output'`,
    [executionId],
  );
  const references = await loadReferences(
    database,
    wires.map((wire) => wire.artifact_id),
  );
  const outputs: Record<string, CachedOutput> = {};
  for (const { channel, artifact_id } of wires) {
    const artifact = references.get(artifact_id);
    if (artifact !== undefined) outputs[channel] = { artifact, files: await loadFiles(database, artifact_id) };
  }
  return outputs;
}

/** An execution that ended well, with all that is needed to record it again for another run. */
export interface CompletedExecution extends CacheCandidate {
  readonly inputs: Readonly<Record<string, readonly Artifact[]>>;
  /** As they were recorded: what ml-metadata keeps of them. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly fingerprint: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly modules: Readonly<Record<string, string>>;
}

/** A node's execution in a run, if it ended COMPLETE or CACHED and its outputs are LIVE. */
export async function completedExecution(
  database: Queryable,
  { namespace, workflowId, runId, node }: ExecutionIdentity,
): Promise<CompletedExecution | undefined> {
  const [row] = await database.query<{
    execution_id: number;
    own_id: number;
    run_id: string;
    summary: string;
    fingerprint: string;
    fingerprint_fields: Record<string, string>;
    modules: Record<string, string>;
    answer: { ticket?: { parameters?: Record<string, unknown> } } | null;
  }>(
    `select coalesce(x.cached_from, x.execution_id) as execution_id, x.execution_id as own_id, x.run_id, x.summary, x.fingerprint,
       x.fingerprint_fields, x.modules, x.answer
     from tfx.execution x join execution e on e.id = x.execution_id
     where x.namespace = $1 and x.workflow_id = $2 and x.run_id = $3 and x.node = $4 and e.last_known_state = any($5)
       and not exists (
         select from tfx.wiring w join artifact a on a.id = w.artifact_id
         where w.execution_id = x.execution_id and w.direction = 'output' and a.state <> $6)`,
    [namespace, workflowId, runId, node, [ExecutionState.COMPLETE, ExecutionState.CACHED], ArtifactState.LIVE],
  );
  if (row === undefined) return undefined;
  return {
    executionId: row.execution_id,
    runId: row.run_id,
    summary: row.summary,
    outputs: await outputsOf(database, row.own_id),
    inputs: await inputsOf(database, row.own_id),
    parameters: row.answer?.ticket?.parameters ?? {},
    fingerprint: row.fingerprint,
    fields: row.fingerprint_fields,
    modules: row.modules,
  };
}

async function inputsOf(database: Queryable, executionId: number): Promise<Record<string, Artifact[]>> {
  const wires = await database.query<{ channel: string; artifact_id: number }>(
    `select channel, artifact_id from tfx.wiring where execution_id = $1 and direction = 'input' order by channel, index`,
    [executionId],
  );
  const references = await loadReferences(
    database,
    wires.map((wire) => wire.artifact_id),
  );
  const inputs: Record<string, Artifact[]> = {};
  for (const { channel, artifact_id } of wires) {
    const artifact = references.get(artifact_id);
    if (artifact !== undefined) (inputs[channel] ??= []).push(artifact);
  }
  return inputs;
}

/** LIVE artifacts that were brought in from outside, newest first: an importer gives the same one for the same content. */
export async function importedArtifacts(
  database: Queryable,
  facts: { readonly type: string; readonly uri: string; readonly digest: string },
): Promise<readonly Artifact[]> {
  const rows = await database.query<{ id: number }>(
    `select a.id from artifact a join type t on t.id = a.type_id join tfx.artifact x on x.artifact_id = a.id
     where t.name = $1 and t.type_kind = 1 and a.uri = $2 and x.digest = $3 and x.is_external and a.state = $4
       and exists (select from event v where v.artifact_id = a.id and v.type = $5)
     order by a.id desc limit 5`,
    [facts.type, facts.uri, facts.digest, ArtifactState.LIVE, EventType.OUTPUT],
  );
  const references = await loadReferences(
    database,
    rows.map((row) => row.id),
  );
  return rows.flatMap((row) => references.get(row.id) ?? []);
}
