import type { Artifact, PropertyValue } from '../artifacts/artifact.js';
import type { Queryable } from './database.js';
import { propertyValue, type PropertyRow } from './properties.js';

/** Properties for ml-metadata's other readers; they would only fill the history, so references leave them out. */
export const SYSTEM_PROPERTIES: ReadonlySet<string> = new Set([
  'tfx_version',
  'tfx_temporal_version',
  'producer_component',
  'pipeline_name',
  'is_external',
]);

interface ArtifactRow {
  readonly id: number;
  readonly type: string;
  readonly uri: string | null;
  readonly digest: string | null;
  /** Sorted by name. */
  readonly properties: readonly PropertyRow[] | null;
}

/** Loads references by id; unknown ids are left out. A foreign client's artifact has the digest ''. */
export async function loadReferences(
  database: Queryable,
  ids: readonly number[],
): Promise<ReadonlyMap<number, Artifact>> {
  if (ids.length === 0) return new Map();
  const rows = await database.query<ArtifactRow>(
    `select a.id, t.name as type, a.uri, x.digest,
       (select json_agg(json_build_object('name', p.name, 'int_value', p.int_value, 'double_value', p.double_value,
                 'string_value', p.string_value, 'bool_value', p.bool_value) order by p.name collate "C")
        from artifactproperty p where p.artifact_id = a.id) as properties
     from artifact a join type t on t.id = a.type_id left join tfx.artifact x on x.artifact_id = a.id
     where a.id = any($1::int[])`,
    [[...new Set(ids)]],
  );
  return new Map(rows.map((row) => [row.id, toReference(row)]));
}

function toReference({ type, id, uri, digest, properties }: ArtifactRow): Artifact {
  const found: Record<string, PropertyValue> = {};
  for (const row of properties ?? []) {
    const value = propertyValue(row);
    if (value !== undefined && !SYSTEM_PROPERTIES.has(row.name)) found[row.name] = value;
  }
  return { type, id, uri: uri ?? '', digest: digest ?? '', properties: found };
}
