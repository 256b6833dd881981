import type { Artifact } from '../artifacts/artifact.js';
import type { Queryable } from './database.js';
import { loadReferences } from './references.js';
import { ArtifactState, ExecutionState } from './states.js';

/** A model with its newest blessing. */
export interface ModelWithBlessing {
  readonly model: Artifact;
  readonly blessing: Artifact;
}

/** Reads for drivers; structurally the `LineageReader` of components. */
export interface Reader {
  blessedModels(pipeline: string): Promise<readonly ModelWithBlessing[]>;
  artifact(id: number): Promise<Artifact | undefined>;
  artifacts(pipeline: string, type: string, limit?: number): Promise<readonly Artifact[]>;
}

export function lineageReader(database: Queryable): Reader {
  return {
    blessedModels: (pipeline) => blessedModels(database, pipeline),
    artifact: async (id) => (await loadReferences(database, [id])).get(id),
    artifacts: (pipeline, type, limit) => liveArtifacts(database, pipeline, type, limit),
  };
}

/** How many models a resolver looks back over. */
const MODELS_LIMIT = 100;

/**
 * The pipeline's LIVE models whose newest blessing says BLESSED, newest model first. A model's blessings are those of
 * the executions that took it on channel `model`, cached ones included.
 */
async function blessedModels(database: Queryable, pipeline: string): Promise<readonly ModelWithBlessing[]> {
  const rows = await database.query<{ model: number; blessing: number }>(
    `select model.artifact_id as model, max(newest.blessing) as blessing
     from (
       select distinct on (i.artifact_id) i.artifact_id, o.artifact_id as blessing
       from tfx.wiring i
       join tfx.wiring o on o.execution_id = i.execution_id and o.direction = 'output'
       join tfx.execution x on x.execution_id = i.execution_id and x.pipeline = $1
       join execution e on e.id = i.execution_id and e.last_known_state = any($2::int[])
       join artifact b on b.id = o.artifact_id and b.state = $3
       join type t on t.id = b.type_id and t.name = 'ModelBlessing'
       where i.direction = 'input' and i.channel = 'model'
       order by i.artifact_id, i.execution_id desc
     ) newest
     join (select id as artifact_id from artifact where state = $3) model on model.artifact_id = newest.artifact_id
     where exists (
       select from artifactproperty p where p.artifact_id = newest.blessing
         and ((p.name = 'verdict' and p.string_value = 'BLESSED') or (p.name = 'blessed' and p.int_value = 1)))
     group by model.artifact_id order by model.artifact_id desc limit $4`,
    [pipeline, [ExecutionState.COMPLETE, ExecutionState.CACHED], ArtifactState.LIVE, MODELS_LIMIT],
  );
  const references = await loadReferences(
    database,
    rows.flatMap((row) => [row.model, row.blessing]),
  );
  return rows.flatMap((row) => {
    const model = references.get(row.model);
    const blessing = references.get(row.blessing);
    return model === undefined || blessing === undefined ? [] : [{ model, blessing }];
  });
}

async function liveArtifacts(
  database: Queryable,
  pipeline: string,
  type: string,
  limit = 100,
): Promise<readonly Artifact[]> {
  const rows = await database.query<{ id: number }>(
    `select a.id from artifact a
     join type t on t.id = a.type_id and t.name = $2 and t.type_kind = 1
     join attribution m on m.artifact_id = a.id
     join context c on c.id = m.context_id and c.name = $1
     join type k on k.id = c.type_id and k.name = 'pipeline'
     where a.state = $3 order by a.id desc limit $4`,
    [pipeline, type, ArtifactState.LIVE, limit],
  );
  const references = await loadReferences(
    database,
    rows.map((row) => row.id),
  );
  return rows.flatMap((row) => references.get(row.id) ?? []);
}
