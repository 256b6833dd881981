import type { ClosingOptions } from '../activities/close-ended-runs.js';
import { openRuns } from '../lineage/queries/runs.js';
import type { Session } from './session.js';

/**
 * Notes in lineage the ends of runs that could not do so themselves: those that were terminated or timed out. Temporal
 * is asked only when there are runs without an end. What lineage knows can be seen without Temporal, too.
 * @returns whether any was noted
 */
export async function noteEnds(
  session: Session,
  { pipeline, forgottenAfterMs }: ClosingOptions = {},
): Promise<boolean> {
  const lineage = session.lineage();
  const filter = pipeline === undefined ? {} : { pipeline };
  if ((await openRuns(lineage.database, { ...filter, limit: 1 })).length === 0) return false;
  try {
    // Temporal's client is large, and seldom needed here.
    const { closeEndedRuns } = await import('../activities/close-ended-runs.js');
    const { client } = await session.temporal();
    const forgotten = forgottenAfterMs === undefined ? {} : { forgottenAfterMs };
    return (await closeEndedRuns(client, lineage, { ...filter, ...forgotten })).length > 0;
  } catch {
    return false;
  }
}
