import type { Artifact } from '../../artifacts/artifact.js';
import type { Queryable } from '../database.js';
import { loadReferences } from '../references.js';
import { ArtifactState } from '../states.js';
import { usesOf } from './artifacts.js';

export interface ModelView {
  readonly model: Artifact;
  readonly pipeline: string;
  /** ISO time. */
  readonly createdAt: string;
  readonly runId: string;
  /** The newest of each, if any. */
  readonly blessing: Artifact | undefined;
  readonly infraBlessing: Artifact | undefined;
  readonly pushed: Artifact | undefined;
  readonly evaluation: Artifact | undefined;
}

/** Models, newest first, with what was found out about each. */
export async function listModels(
  database: Queryable,
  options: { readonly pipeline?: string; readonly limit?: number } = {},
): Promise<readonly ModelView[]> {
  const rows = await database.query<{ id: number; pipeline: string; run_id: string; created: number }>(
    `select distinct on (a.id) a.id, x.pipeline, x.run_id, a.create_time_since_epoch::float8 as created from artifact a
     join type t on t.id = a.type_id and t.name = 'Model' and t.type_kind = 1
     join tfx.wiring w on w.artifact_id = a.id and w.direction = 'output'
     join tfx.execution x on x.execution_id = w.execution_id and x.cached_from is null
     join event v on v.execution_id = w.execution_id and v.artifact_id = a.id and v.type = 4
     where a.state = $1 and ($2::text is null or x.pipeline = $2) order by a.id desc, x.execution_id limit $3`,
    [ArtifactState.LIVE, options.pipeline ?? null, options.limit ?? 20],
  );
  const views: ModelView[] = [];
  for (const row of rows) {
    const results = await resultsOf(database, row.id);
    const model = (await loadReferences(database, [row.id])).get(row.id);
    if (model === undefined) continue;
    views.push({
      model,
      pipeline: row.pipeline,
      runId: row.run_id,
      createdAt: new Date(row.created).toISOString(),
      blessing: results.get('ModelBlessing'),
      infraBlessing: results.get('InfraBlessing'),
      pushed: results.get('PushedModel'),
      evaluation: results.get('ModelEvaluation'),
    });
  }
  return views;
}

/** The newest artifact of each type that was made from a model on channel `model`. */
async function resultsOf(database: Queryable, modelId: number): Promise<ReadonlyMap<string, Artifact>> {
  const uses = (await usesOf(database, [modelId], 'input')).filter(
    (use) => use.channel === 'model' && (use.state === 'COMPLETE' || use.state === 'CACHED'),
  );
  const rows = await database.query<{ artifact_id: number }>(
    `select artifact_id from tfx.wiring where execution_id = any($1::int[]) and direction = 'output'
     order by execution_id, channel, index`,
    [uses.map((use) => use.executionId)],
  );
  const references = await loadReferences(
    database,
    rows.map((row) => row.artifact_id),
  );
  const newest = new Map<string, Artifact>();
  for (const { artifact_id } of rows) {
    const artifact = references.get(artifact_id);
    if (artifact !== undefined) newest.set(artifact.type, artifact);
  }
  return newest;
}
