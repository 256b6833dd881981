import type { Queryable } from '../database.js';

export interface RunSummary {
  readonly runId: string;
  readonly workflowId: string;
  readonly namespace: string;
  readonly pipeline: string;
  readonly parameters: unknown;
  /** ISO times; the nominal one with the offset of the schedule's timezone. */
  readonly nominalTime: string | undefined;
  readonly begunAt: string;
  readonly finishedAt: string | undefined;
  readonly durationMs: number | undefined;
  readonly state: 'RUNNING' | 'FINISHED' | 'FAILED' | 'CANCELED';
  readonly outcome: string | undefined;
  readonly reasons: readonly string[];
  readonly failure: { readonly code: string; readonly message: string } | undefined;
  /** Executions by state. */
  readonly nodes: {
    readonly complete: number;
    readonly cached: number;
    readonly failed: number;
    readonly running: number;
  };
}

interface RunRow {
  readonly run_id: string;
  readonly workflow_id: string;
  readonly namespace: string;
  readonly pipeline: string;
  readonly parameters: unknown;
  readonly nominal_time: Date | null;
  readonly nominal_text: string | null;
  readonly begun_at: Date;
  readonly finished_at: Date | null;
  readonly outcome: string | null;
  readonly reasons: string[];
  readonly failure_code: string | null;
  readonly failure_message: string | null;
  readonly canceled: boolean;
  readonly complete: number;
  readonly cached: number;
  readonly failed: number;
  readonly running: number;
}

const SELECT_RUNS = `
  select r.*, n.complete, n.cached, n.failed, n.running from tfx.run r
  cross join lateral (
    select count(*) filter (where e.last_known_state = 3)::int as complete,
           count(*) filter (where e.last_known_state = 5)::int as cached,
           count(*) filter (where e.last_known_state in (4, 6))::int as failed,
           count(*) filter (where e.last_known_state = 2)::int as running
    from tfx.execution x join execution e on e.id = x.execution_id
    where x.namespace = r.namespace and x.workflow_id = r.workflow_id and x.run_id = r.run_id) n`;

/** Runs, newest first. */
export async function listRuns(
  database: Queryable,
  options: { readonly pipeline?: string; readonly limit?: number } = {},
): Promise<readonly RunSummary[]> {
  const rows = await database.query<RunRow>(
    `${SELECT_RUNS} where $1::text is null or r.pipeline = $1 order by r.begun_at desc, r.run_id limit $2`,
    [options.pipeline ?? null, options.limit ?? 20],
  );
  return rows.map(toRun);
}

export interface OpenRunFilter {
  readonly namespace?: string;
  readonly pipeline?: string;
  /** Not this one. */
  readonly except?: string;
  /** Any so many of them. (Default: 1000) */
  readonly limit?: number;
}

/** Runs without an end. When there are more than asked for, others at each call. */
export async function openRuns(database: Queryable, filter: OpenRunFilter): Promise<readonly RunSummary[]> {
  const rows = await database.query<RunRow>(
    `${SELECT_RUNS} where r.finished_at is null and ($1::text is null or r.namespace = $1) and ($2::text is null or r.pipeline = $2)
       and r.run_id is distinct from $3 order by random() limit $4`,
    [filter.namespace ?? null, filter.pipeline ?? null, filter.except ?? null, filter.limit ?? 1000],
  );
  return rows.map(toRun);
}

/**
 * Finds a run by its run id, the beginning of it (8 characters or more), or its workflow id (then the newest).
 * `latest` is the newest run of all.
 */
export async function findRun(database: Queryable, name: string): Promise<RunSummary | undefined> {
  const [row] = await database.query<RunRow>(
    `${SELECT_RUNS} where $1 = 'latest' or r.run_id = $1 or r.workflow_id = $1
       or (length($1) >= 8 and starts_with(r.run_id, $1))
     order by r.begun_at desc limit 1`,
    [name],
  );
  return row === undefined ? undefined : toRun(row);
}

function toRun(row: RunRow): RunSummary {
  const finished = row.finished_at;
  return {
    runId: row.run_id,
    workflowId: row.workflow_id,
    namespace: row.namespace,
    pipeline: row.pipeline,
    parameters: row.parameters,
    nominalTime: row.nominal_text ?? row.nominal_time?.toISOString(),
    begunAt: row.begun_at.toISOString(),
    finishedAt: finished?.toISOString(),
    durationMs: finished === null ? undefined : Math.max(0, finished.getTime() - row.begun_at.getTime()),
    state: stateOf(row),
    outcome: row.outcome ?? undefined,
    reasons: row.reasons,
    failure: row.failure_code === null ? undefined : { code: row.failure_code, message: row.failure_message ?? '' },
    nodes: { complete: row.complete, cached: row.cached, failed: row.failed, running: row.running },
  };
}

function stateOf(row: RunRow): RunSummary['state'] {
  if (row.finished_at === null) return 'RUNNING';
  if (row.canceled) return 'CANCELED';
  return row.failure_code === null ? 'FINISHED' : 'FAILED';
}
