import { createRequire } from 'node:module';
import type { Artifact } from '../artifacts/artifact.js';
import type { PayloadFile } from '../artifacts/manifest.js';
import { attribute, type NodeContexts } from './contexts.js';
import type { Queryable } from './database.js';
import { insertProperties } from './properties.js';
import type { NewOutput, OutputRecord } from './records.js';
import { ArtifactState } from './states.js';
import { typedProperties, type TypeRegistry } from './type-registry.js';

/** The TFX release whose payload layout ours is: TFX's readers take an artifact without it for one of before 0.29. */
const TFX_LAYOUT_VERSION = '1.16.0';

/** Registers the artifact types of outputs: done before a transaction, see TypeRegistry. */
export async function outputTypes(
  types: TypeRegistry,
  outputs: Readonly<Record<string, OutputRecord>>,
): Promise<ReadonlyMap<string, number>> {
  const ids = new Map<string, number>();
  for (const output of Object.values(outputs)) {
    if (!('reused' in output)) ids.set(output.type, await types.artifactType(output.type));
  }
  return ids;
}

/** Inserts the artifacts that are new and returns every output as a reference, by channel. */
export async function insertOutputs(
  transaction: Queryable,
  outputs: Readonly<Record<string, OutputRecord>>,
  facts: {
    readonly typeIds: ReadonlyMap<string, number>;
    readonly contexts: NodeContexts;
    readonly pipeline: string;
    readonly component: string;
  },
): Promise<Readonly<Record<string, Artifact>>> {
  const references: Record<string, Artifact> = {};
  for (const [channel, output] of Object.entries(outputs)) {
    references[channel] = 'reused' in output ? output.reused : await insertOnce(transaction, output, facts);
  }
  const ids = Object.values(references).map((artifact) => artifact.id);
  if (ids.length > 0) await attribute(transaction, facts.contexts, ids);
  return references;
}

type InsertFacts = Parameters<typeof insertOutputs>[2];

/** After a workflow reset an accepted attempt's result can be published again, for another run: the artifact is the same. */
async function insertOnce(transaction: Queryable, output: NewOutput, facts: InsertFacts): Promise<Artifact> {
  const [known] =
    output.manifestUri === undefined
      ? []
      : await transaction.query<{ artifact_id: number }>(
          'select artifact_id from tfx.artifact where manifest_uri = $1',
          [output.manifestUri],
        );
  const id = known?.artifact_id ?? (await insertArtifact(transaction, output, facts));
  const { type, uri, digest } = output;
  const properties = Object.fromEntries(Object.entries(output.properties).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { type, id, uri, digest, properties };
}

async function insertArtifact(transaction: Queryable, output: NewOutput, facts: InsertFacts): Promise<number> {
  const [row] = await transaction.query<{ id: number }>(
    `insert into artifact (type_id, uri, state, create_time_since_epoch, last_update_time_since_epoch)
     values ($1, $2, $3, $4, $4) returning id`,
    [facts.typeIds.get(output.type), output.uri, ArtifactState.LIVE, Date.now()],
  );
  const id = row?.id ?? 0;
  const typed = new Set(Object.keys(typedProperties(output.type)));
  await insertProperties(
    transaction,
    'artifact',
    id,
    {
      ...output.properties,
      tfx_version: TFX_LAYOUT_VERSION,
      tfx_temporal_version: packageVersion(),
      producer_component: facts.component,
      pipeline_name: facts.pipeline,
      ...(output.external === true ? { is_external: 1 } : {}),
    },
    typed,
  );
  const totalBytes = output.files.reduce((sum, file) => sum + file.size, 0);
  await transaction.query(
    `insert into tfx.artifact (artifact_id, digest, manifest_uri, is_external, file_count, total_bytes)
     values ($1, $2, $3, $4, $5, $6)`,
    [id, output.digest, output.manifestUri ?? null, output.external === true, output.files.length, totalBytes],
  );
  await insertFiles(transaction, id, output.files);
  return id;
}

async function insertFiles(transaction: Queryable, artifactId: number, files: readonly PayloadFile[]): Promise<void> {
  await transaction.query(
    `insert into tfx.file (artifact_id, path, size_bytes, sha256, mtime_ns, etag)
     select $1, * from unnest($2::text[], $3::bigint[], $4::text[], $5::bigint[], $6::text[])`,
    [
      artifactId,
      files.map((file) => file.path),
      files.map((file) => file.size),
      files.map((file) => file.sha256),
      files.map((file) => file.mtimeNs ?? null),
      files.map((file) => file.etag ?? null),
    ],
  );
}

/** The files that lineage knows of an artifact, by path. */
export async function loadFiles(database: Queryable, artifactId: number): Promise<readonly PayloadFile[]> {
  const rows = await database.query<{ file: PayloadFile }>(
    `select json_strip_nulls(json_build_object('path', path, 'size', size_bytes, 'sha256', sha256,
       'mtimeNs', mtime_ns::text, 'etag', etag)) as file
     from tfx.file where artifact_id = $1 order by path collate "C"`,
    [artifactId],
  );
  return rows.map(({ file }) => file);
}

/** This package's version, as its package.json says. */
export function packageVersion(): string {
  const require = createRequire(import.meta.url);
  for (const path of ['../package.json', '../../package.json']) {
    try {
      return (require(path) as { version: string }).version;
    } catch {
      // Compiled code lies one folder deeper than its source.
    }
  }
  return 'unknown';
}
