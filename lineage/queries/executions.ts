import type { Artifact } from '../../artifacts/artifact.js';
import type { Queryable } from '../database.js';
import { loadReferences } from '../references.js';
import type { RunIdentity } from '../run-rows.js';
import { executionStateName, type ExecutionStateName } from '../states.js';

/** One component run, as people look at it. */
export interface ExecutionView {
  readonly executionId: number;
  readonly node: string;
  readonly component: string;
  readonly pipeline: string;
  readonly workflowId: string;
  readonly runId: string;
  readonly state: ExecutionStateName;
  readonly summary: string;
  /** ISO times. */
  readonly begunAt: string;
  readonly endedAt: string | undefined;
  readonly durationMs: number | undefined;
  readonly fingerprint: string;
  readonly modules: Readonly<Record<string, string>>;
  /** Where a CACHED execution's outputs come from. */
  readonly cachedFrom: { readonly executionId: number; readonly runId: string } | undefined;
  readonly cacheNote: string | undefined;
  readonly inputs: Readonly<Record<string, readonly Artifact[]>>;
  readonly outputs: Readonly<Record<string, readonly Artifact[]>>;
  /** A cached execution has those of its source. */
  readonly metrics: Readonly<Record<string, number>>;
  /** In full, one per failed attempt; the last says how the execution ended. */
  readonly errors: readonly { readonly attempt: string; readonly code: string; readonly message: string }[];
}

interface ExecutionRow {
  readonly execution_id: number;
  readonly node: string;
  readonly component: string;
  readonly pipeline: string;
  readonly workflow_id: string;
  readonly run_id: string;
  readonly last_known_state: number | null;
  readonly summary: string;
  readonly begun_at: Date;
  readonly ended_at: Date | null;
  readonly fingerprint: string;
  readonly modules: Record<string, string>;
  readonly cached_from: number | null;
  readonly cached_run: string | null;
  readonly cache_note: string | null;
}

const SELECT_EXECUTIONS = `
  select x.*, e.last_known_state, c.run_id as cached_run from tfx.execution x
  join execution e on e.id = x.execution_id left join tfx.execution c on c.execution_id = x.cached_from`;

/** The executions of a run in the order in which they began. */
export async function executionsOfRun(database: Queryable, run: RunIdentity): Promise<readonly ExecutionView[]> {
  const rows = await database.query<ExecutionRow>(
    `${SELECT_EXECUTIONS} where x.namespace = $1 and x.workflow_id = $2 and x.run_id = $3 order by x.execution_id`,
    [run.namespace, run.workflowId, run.runId],
  );
  return await toViews(database, rows);
}

/** Executions by id, in the order of ids. */
export async function executionsById(database: Queryable, ids: readonly number[]): Promise<readonly ExecutionView[]> {
  const rows = await database.query<ExecutionRow>(
    `${SELECT_EXECUTIONS} where x.execution_id = any($1::int[]) order by x.execution_id`,
    [ids],
  );
  return await toViews(database, rows);
}

interface WireRow {
  readonly execution_id: number;
  readonly direction: 'input' | 'output';
  readonly channel: string;
  readonly artifact_id: number;
}

interface ErrorRow {
  readonly execution_id: number;
  readonly attempt: string;
  readonly code: string;
  readonly message: string;
}

async function toViews(database: Queryable, rows: readonly ExecutionRow[]): Promise<readonly ExecutionView[]> {
  const ids = rows.map((row) => row.execution_id);
  const wires = await database.query<WireRow>(
    `select execution_id, direction, channel, artifact_id from tfx.wiring where execution_id = any($1::int[])
     order by execution_id, direction, channel, index`,
    [ids],
  );
  const metrics = await database.query<{ execution_id: number; name: string; value: number }>(
    `select x.execution_id, m.name, m.value from tfx.execution x
     join tfx.metric m on m.execution_id = coalesce(x.cached_from, x.execution_id)
     where x.execution_id = any($1::int[]) order by m.name`,
    [ids],
  );
  const errors = await database.query<ErrorRow>(
    `select execution_id, attempt, code, message from tfx.error where execution_id = any($1::int[])
     order by (attempt = 'last'), at, attempt`,
    [ids],
  );
  const references = await loadReferences(
    database,
    wires.map((wire) => wire.artifact_id),
  );
  return rows.map((row) => {
    const own = <R extends { readonly execution_id: number }>(all: readonly R[]): R[] =>
      all.filter((part) => part.execution_id === row.execution_id);
    return {
      ...factsOf(row),
      inputs: channelsOf(own(wires), 'input', references),
      outputs: channelsOf(own(wires), 'output', references),
      metrics: Object.fromEntries(own(metrics).map(({ name, value }) => [name, value])),
      errors: own(errors).map(({ attempt, code, message }) => ({ attempt, code, message })),
    };
  });
}

function factsOf(row: ExecutionRow): Omit<ExecutionView, 'inputs' | 'outputs' | 'metrics' | 'errors'> {
  return {
    executionId: row.execution_id,
    node: row.node,
    component: row.component,
    pipeline: row.pipeline,
    workflowId: row.workflow_id,
    runId: row.run_id,
    state: executionStateName(row.last_known_state),
    summary: row.summary,
    begunAt: row.begun_at.toISOString(),
    endedAt: row.ended_at?.toISOString(),
    durationMs: row.ended_at === null ? undefined : row.ended_at.getTime() - row.begun_at.getTime(),
    fingerprint: row.fingerprint,
    modules: row.modules,
    cachedFrom: row.cached_from === null ? undefined : { executionId: row.cached_from, runId: row.cached_run ?? '' },
    cacheNote: row.cache_note ?? undefined,
  };
}

function channelsOf(
  wires: readonly WireRow[],
  direction: 'input' | 'output',
  references: ReadonlyMap<number, Artifact>,
): Record<string, Artifact[]> {
  const channels: Record<string, Artifact[]> = {};
  for (const wire of wires) {
    const artifact = references.get(wire.artifact_id);
    if (wire.direction === direction && artifact !== undefined) (channels[wire.channel] ??= []).push(artifact);
  }
  return channels;
}
