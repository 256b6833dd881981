import type { Driver } from '../implement.js';
import type { Pusher } from './contract.js';
import { destinationPlace, openDestination } from './destination.js';
import { nextVersion } from './versions.js';

/**
 * Chooses the version once, in `begin`, whose persisted answer every retry sees. A destination that this worker cannot
 * see is looked at when the push is committed: a version that is taken by then is stepped over.
 */
export const pusherDriver: Driver<typeof Pusher> = async ({ parameters, lineage, pipeline }) => {
  if (parameters.version !== undefined) return {};
  const pushed = await lineage.artifacts(pipeline, 'PushedModel', 20);
  const known = pushed.map(({ properties }) => Number(properties['pushed_version'] ?? 0)).filter(Number.isSafeInteger);
  const versions = [...known, ...(await visibleVersions(parameters.destination))].sort((a, b) => a - b);
  const version = nextVersion(versions, Date.now());
  return { parameters: { version }, summary: `version ${version}` };
};

async function visibleVersions(destination: string): Promise<number[]> {
  try {
    return await openDestination(destinationPlace(destination)).versions();
  } catch {
    return [];
  }
}
