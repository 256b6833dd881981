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
}

/** Loads references by id; unknown ids are left out. A foreign client's artifact has the digest ''. */
export async function loadReferences(
  database: Queryable,
  ids: readonly number[],
): Promise<ReadonlyMap<number, Artifact>> {
  if (ids.length === 0) return new Map();
  const unique = [...new Set(ids)];
  const rows = await database.query<ArtifactRow>(
    `select a.id, t.name as type, a.uri, x.digest from artifact a
     join type t on t.id = a.type_id left join tfx.artifact x on x.artifact_id = a.id where a.id = any($1::int[])`,
    [unique],
  );
  const properties = await loadProperties(database, unique);
  return new Map(
    rows.map((row) => [
      row.id,
      {
        type: row.type,
        id: row.id,
        uri: row.uri ?? '',
        digest: row.digest ?? '',
        properties: properties.get(row.id) ?? {},
      },
    ]),
  );
}

async function loadProperties(
  database: Queryable,
  ids: readonly number[],
): Promise<ReadonlyMap<number, Record<string, PropertyValue>>> {
  const rows = await database.query<PropertyRow>(
    `select artifact_id as owner_id, name, int_value, double_value, string_value, bool_value
     from artifactproperty where artifact_id = any($1::int[]) order by artifact_id, name collate "C"`,
    [ids],
  );
  const found = new Map<number, Record<string, PropertyValue>>();
  for (const row of rows) {
    const value = propertyValue(row);
    if (value === undefined || SYSTEM_PROPERTIES.has(row.name)) continue;
    const properties = found.get(row.owner_id) ?? {};
    properties[row.name] = value;
    found.set(row.owner_id, properties);
  }
  return found;
}
