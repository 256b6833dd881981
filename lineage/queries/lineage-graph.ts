import type { Artifact } from '../../artifacts/artifact.js';
import type { Queryable } from '../database.js';
import { loadReferences } from '../references.js';
import { usesOf, type Use, type WiredUse } from './artifacts.js';

/** What an artifact was made from, or what was made from it. */
export interface LineageGraph {
  readonly start: number;
  readonly artifacts: readonly Artifact[];
  readonly executions: readonly Omit<Use, 'channel' | 'index'>[];
  /** `from` feeds `to`: artifact ids for inputs' `from`, execution ids for outputs' `from`. */
  readonly edges: readonly LineageEdge[];
}

export interface LineageEdge {
  readonly direction: 'input' | 'output';
  readonly artifactId: number;
  readonly executionId: number;
  readonly channel: string;
}

export interface LineageOptions {
  readonly direction: 'upstream' | 'downstream';
  /** How many executions away. (Default: 20) */
  readonly hops?: number;
  /** Stops growing beyond this many artifacts. (Default: 500) */
  readonly limit?: number;
}

/**
 * Walks from an artifact towards its origins or its consequences. Upstream goes through the execution that made each
 * artifact; executions that only gave it again from the cache are left out.
 */
export async function lineageOf(database: Queryable, start: number, options: LineageOptions): Promise<LineageGraph> {
  const executions = new Map<number, WiredUse>();
  const edges: LineageEdge[] = [];
  const artifacts = new Set([start]);
  const upstream = options.direction === 'upstream';
  let frontier: readonly number[] = [start];
  for (let hop = 0; hop < (options.hops ?? 20) && frontier.length > 0; hop++) {
    const uses = await usesOf(database, frontier, upstream ? 'output' : 'input');
    const near = uses.filter((use) => (upstream ? isMaking(use) : isNewUse(use, uses)));
    const fresh = near.filter((use) => !executions.has(use.executionId));
    for (const use of near) edges.push(edgeOf(use, upstream ? 'output' : 'input'));
    for (const use of fresh) executions.set(use.executionId, use);
    const far = await wiresOfExecutions(database, [...new Set(fresh.map((use) => use.executionId))], upstream);
    edges.push(...far);
    const found = [...new Set(far.map((edge) => edge.artifactId))].filter((id) => !artifacts.has(id));
    frontier = found.slice(0, Math.max(0, (options.limit ?? 500) - artifacts.size));
    for (const id of frontier) artifacts.add(id);
  }
  const references = await loadReferences(database, [...artifacts]);
  return {
    start,
    artifacts: [...references.values()].sort((a, b) => a.id - b.id),
    executions: [...executions.values()].map(executionOf),
    edges: edges.filter((edge) => artifacts.has(edge.artifactId)),
  };
}

function isMaking(use: WiredUse): boolean {
  return use.state === 'COMPLETE' && use.isProducer;
}

/** A cached execution says something new only where it took another artifact (of equal content) than the original did. */
function isNewUse(use: WiredUse, uses: readonly WiredUse[]): boolean {
  if (use.state === 'COMPLETE') return true;
  const isOriginal = (other: WiredUse): boolean =>
    other.executionId === use.cachedFrom && other.artifactId === use.artifactId;
  return use.state === 'CACHED' && !uses.some(isOriginal);
}

function edgeOf(use: WiredUse, direction: 'input' | 'output'): LineageEdge {
  return { direction, artifactId: use.artifactId, executionId: use.executionId, channel: use.channel };
}

async function wiresOfExecutions(
  database: Queryable,
  executionIds: readonly number[],
  upstream: boolean,
): Promise<LineageEdge[]> {
  const direction = upstream ? 'input' : 'output';
  const rows = await database.query<{ execution_id: number; artifact_id: number; channel: string }>(
    `select execution_id, artifact_id, channel from tfx.wiring
     where execution_id = any($1::int[]) and direction = $2 order by execution_id, channel, index`,
    [executionIds, direction],
  );
  return rows.map((row) => ({
    direction,
    artifactId: row.artifact_id,
    executionId: row.execution_id,
    channel: row.channel,
  }));
}

function executionOf({
  executionId,
  node,
  component,
  pipeline,
  runId,
  state,
}: WiredUse): LineageGraph['executions'][number] {
  return { executionId, node, component, pipeline, runId, state };
}
