import type { Queryable } from '../database.js';

export interface FinishedRun {
  readonly runId: string;
  /** Digests of the modules that its nodes used, by name. */
  readonly modules: Readonly<Record<string, string>>;
}

/** The newest runs of a pipeline that ended by an outcome, had these parameters, and made or reused these artifacts. */
export async function finishedRunsWith(
  database: Queryable,
  facts: { readonly pipeline: string; readonly parameters: unknown; readonly artifactIds: readonly number[] },
): Promise<readonly FinishedRun[]> {
  const rows = await database.query<{ run_id: string; modules: Record<string, string> | null }>(
    `select r.run_id,
       (select jsonb_object_agg(m.key, m.value) from tfx.execution x, jsonb_each(x.modules) m
        where x.namespace = r.namespace and x.workflow_id = r.workflow_id and x.run_id = r.run_id) as modules
     from tfx.run r
     where r.pipeline = $1 and r.outcome is not null and r.outcome not in ('SKIPPED', 'NOT_APPROVED')
       and r.parameters = $2::jsonb
       and exists (
         select from tfx.execution x join tfx.wiring w on w.execution_id = x.execution_id and w.direction = 'output'
         where x.namespace = r.namespace and x.workflow_id = r.workflow_id and x.run_id = r.run_id
           and w.artifact_id = any($3::int[]))
     order by r.begun_at desc limit 10`,
    [facts.pipeline, JSON.stringify(facts.parameters), facts.artifactIds],
  );
  return rows.map((row) => ({ runId: row.run_id, modules: row.modules ?? {} }));
}
