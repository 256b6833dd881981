import type { CheckMode } from '../artifacts/store.js';
import type { CacheCandidate } from '../lineage/cached-executions.js';
import type { ActivityRuntime } from './runtime.js';

export interface CacheLookup {
  readonly hit?: CacheCandidate;
  /** Why there is no hit although the fingerprint is known. */
  readonly note?: string;
}

/** Looks for an earlier execution of the same fingerprint whose outputs still exist and are as they were published. */
export async function findCached(
  runtime: ActivityRuntime,
  component: string,
  fingerprint: string,
  verify: CheckMode = runtime.verify ?? 'quick',
): Promise<CacheLookup> {
  const problems: string[] = [];
  for (const candidate of await runtime.lineage.cacheCandidates(component, fingerprint)) {
    const problem = await problemOf(runtime, candidate, verify);
    if (problem === undefined) return { hit: candidate };
    problems.push(`execution ${candidate.executionId}: ${problem}`);
  }
  return problems.length === 0 ? {} : { note: `Made again, because of ${problems.join('; ')}.` };
}

export async function problemOf(
  runtime: ActivityRuntime,
  candidate: Pick<CacheCandidate, 'outputs'>,
  verify: CheckMode,
): Promise<string | undefined> {
  for (const [channel, { artifact, files }] of Object.entries(candidate.outputs)) {
    const problem = await runtime.store.check(artifact.uri, files, verify);
    if (problem !== undefined) return `${channel}: ${problem}`;
  }
  return undefined;
}
