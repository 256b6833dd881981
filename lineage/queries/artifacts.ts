import type { Artifact } from '../../artifacts/artifact.js';
import type { PayloadFile } from '../../artifacts/manifest.js';
import { loadFiles } from '../artifact-rows.js';
import type { Queryable } from '../database.js';
import { loadReferences } from '../references.js';
import { artifactStateName, executionStateName, type ArtifactStateName, type ExecutionStateName } from '../states.js';

/** An execution that made or used an artifact. */
export interface Use {
  readonly executionId: number;
  readonly channel: string;
  readonly index: number;
  readonly node: string;
  readonly component: string;
  readonly pipeline: string;
  readonly runId: string;
  readonly state: ExecutionStateName;
}

export interface ArtifactView {
  readonly artifact: Artifact;
  readonly state: ArtifactStateName;
  /** ISO time. */
  readonly createdAt: string;
  readonly isExternal: boolean;
  readonly totalBytes: number;
  readonly files: readonly PayloadFile[];
  /** The execution that made it; cached executions only gave it again. */
  readonly producer: Use | undefined;
  /** Cached executions and resolvers that answered with it. */
  readonly givenAgainBy: readonly Use[];
  readonly usedBy: readonly Use[];
  /** Exact values of integers beyond 32 bits, as decimal text. */
  readonly bigIntegers: Readonly<Record<string, string>>;
}

interface ArtifactRow {
  readonly state: number | null;
  readonly created: number;
  readonly is_external: boolean | null;
  readonly total_bytes: number | null;
}

/** All that lineage knows of an artifact. */
export async function describeArtifact(database: Queryable, id: number): Promise<ArtifactView | undefined> {
  const artifact = (await loadReferences(database, [id])).get(id);
  const [row] = await database.query<ArtifactRow>(
    `select a.state, a.create_time_since_epoch::float8 as created, x.is_external, x.total_bytes::float8 as total_bytes
     from artifact a left join tfx.artifact x on x.artifact_id = a.id where a.id = $1`,
    [id],
  );
  if (artifact === undefined || row === undefined) return undefined;
  const made = await usesOf(database, [id], 'output');
  const producer = made.find((use) => use.state === 'COMPLETE' && use.isProducer);
  const integers = await database.query<{ name: string; value: string }>(
    `select name, value::text as value from tfx.big_integer where owner = 'artifact' and owner_id = $1 order by name`,
    [id],
  );
  return {
    artifact,
    state: artifactStateName(row.state),
    createdAt: new Date(row.created).toISOString(),
    isExternal: row.is_external ?? true,
    totalBytes: row.total_bytes ?? 0,
    files: await loadFiles(database, id),
    producer: producer === undefined ? undefined : plain(producer),
    givenAgainBy: made.filter((use) => use !== producer).map(plain),
    usedBy: (await usesOf(database, [id], 'input')).map(plain),
    bigIntegers: Object.fromEntries(integers.map(({ name, value }) => [name, value])),
  };
}

export interface WiredUse extends Use {
  readonly artifactId: number;
  readonly cachedFrom: number | undefined;
  /** False for a resolver's answer: it found the artifact. */
  readonly isProducer: boolean;
}

interface UseRow {
  readonly execution_id: number;
  readonly artifact_id: number;
  readonly channel: string;
  readonly index: number;
  readonly node: string;
  readonly component: string;
  readonly pipeline: string;
  readonly run_id: string;
  readonly state: number | null;
  readonly cached_from: number | null;
  readonly is_producer: boolean;
}

/** Executions at the other end of artifacts' wires, oldest first. */
export async function usesOf(
  database: Queryable,
  artifactIds: readonly number[],
  direction: 'input' | 'output',
): Promise<readonly WiredUse[]> {
  const rows = await database.query<UseRow>(
    `select w.execution_id, w.artifact_id, w.channel, w.index, x.node, x.component, x.pipeline, x.run_id,
       e.last_known_state as state, x.cached_from,
       exists (select from event v where v.execution_id = w.execution_id and v.artifact_id = w.artifact_id and v.type = 4)
         as is_producer
     from tfx.wiring w join tfx.execution x on x.execution_id = w.execution_id join execution e on e.id = w.execution_id
     where w.artifact_id = any($1::int[]) and w.direction = $2 order by w.execution_id, w.channel, w.index`,
    [artifactIds, direction],
  );
  return rows.map((row) => ({
    executionId: row.execution_id,
    artifactId: row.artifact_id,
    channel: row.channel,
    index: row.index,
    node: row.node,
    component: row.component,
    pipeline: row.pipeline,
    runId: row.run_id,
    state: executionStateName(row.state),
    cachedFrom: row.cached_from ?? undefined,
    isProducer: row.is_producer,
  }));
}

function plain({ executionId, channel, index, node, component, pipeline, runId, state }: WiredUse): Use {
  return { executionId, channel, index, node, component, pipeline, runId, state };
}
