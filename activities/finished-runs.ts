import type { CacheCandidate } from '../lineage/cached-executions.js';
import { finishedRunsWith } from '../lineage/queries/finished-runs.js';
import type { BeginRequest } from './protocol.js';
import type { ActivityRuntime } from './runtime.js';

/**
 * Runs of this pipeline that finished with equal parameters and used these very outputs, and whose modules are as they
 * are now: a run that finds the same has nothing to do.
 */
export async function finishedRunsOf(
  runtime: ActivityRuntime,
  request: BeginRequest,
  hit: CacheCandidate,
): Promise<readonly string[]> {
  const runs = await finishedRunsWith(runtime.lineage.database, {
    pipeline: request.run.pipeline,
    parameters: request.run.parameters,
    artifactIds: Object.values(hit.outputs).map(({ artifact }) => artifact.id),
  });
  const same: string[] = [];
  for (const { runId, modules } of runs) {
    if (await areModulesAsNow(runtime, modules)) same.push(runId);
  }
  return same;
}

async function areModulesAsNow(runtime: ActivityRuntime, modules: Readonly<Record<string, string>>): Promise<boolean> {
  for (const [name, digest] of Object.entries(modules)) {
    const now = await runtime.modules.digest(name).catch(() => undefined);
    if (now !== digest) return false;
  }
  return true;
}
