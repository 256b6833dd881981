import type { ArtifactStore, AttemptFolder } from '../artifacts/store.js';
import type { Queryable } from './database.js';
import { ExecutionState } from './states.js';

export interface SweepOptions {
  /** Younger folders are left alone: their execution may not be recorded yet. (Default: 1 day) */
  readonly graceMs?: number;
  /** True: remove; false: only list. */
  readonly remove: boolean;
}

export interface Sweep {
  readonly orphans: readonly AttemptFolder[];
  readonly removed: number;
  readonly bytes: number;
  /** Folders that lineage names, of running executions, or within the grace time. */
  readonly kept: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Finds the folders under the artifact root that no artifact names: attempts that were given up, failed executions'
 * outputs, checkpoints. Folders of running executions are never touched.
 */
export async function sweepOrphans(database: Queryable, store: ArtifactStore, options: SweepOptions): Promise<Sweep> {
  const before = Date.now() - (options.graceMs ?? DAY_MS);
  const folders: AttemptFolder[] = [];
  // Listed before lineage is read: what is published in between is then known as published.
  for await (const folder of store.attempts()) folders.push(folder);
  const named = await namedUris(database, folders);
  const running = await runningExecutions(database, folders);
  const orphans = folders.filter(
    (folder) => !named.has(folder.uri) && !running.has(folder.executionId) && folder.modifiedMs <= before,
  );
  let removed = 0;
  if (options.remove) {
    for (const orphan of orphans) {
      await store.remove(orphan.uri);
      removed++;
    }
  }
  const bytes = orphans.reduce((sum, orphan) => sum + orphan.bytes, 0);
  return { orphans, removed, bytes, kept: folders.length - orphans.length };
}

async function namedUris(database: Queryable, folders: readonly AttemptFolder[]): Promise<ReadonlySet<string>> {
  const rows = await database.query<{ uri: string }>('select uri from artifact where uri = any($1::text[])', [
    folders.map((folder) => folder.uri),
  ]);
  return new Set(rows.map((row) => row.uri));
}

async function runningExecutions(database: Queryable, folders: readonly AttemptFolder[]): Promise<ReadonlySet<number>> {
  const rows = await database.query<{ id: number }>(
    'select id from execution where id = any($1::int[]) and last_known_state = any($2::int[])',
    [[...new Set(folders.map((folder) => folder.executionId))], [ExecutionState.NEW, ExecutionState.RUNNING]],
  );
  return new Set(rows.map((row) => row.id));
}
