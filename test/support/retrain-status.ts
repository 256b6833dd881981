import { setTimeout as sleep } from 'node:timers/promises';
import type { RetrainHandle, RetrainReport } from '../../client/index.js';

const LONGEST_MS = 300_000;

/** Waits until a `retrain` workflow is so. @throws Error with its status after five minutes */
export async function untilStatus(
  handle: RetrainHandle,
  isSo: (status: RetrainReport) => boolean,
): Promise<RetrainReport> {
  for (const end = Date.now() + LONGEST_MS; ;) {
    const status = await handle.status();
    if (isSo(status)) return status;
    if (Date.now() > end) throw new Error(`it did not come to this in five minutes: ${JSON.stringify(status)}`);
    await sleep(150);
  }
}

/** So many runs were made, and none goes on. */
export const hasRun =
  (count: number) =>
  ({ runs, running }: RetrainReport): boolean =>
    runs === count && running === undefined;
