import { msToNumber } from '@temporalio/common/lib/time.js';
import type { MissingPolicy } from '../activities/protocol.js';
import type { CallOptions } from './component-call.js';
import { type RunOptions, scheduledTime } from './run-options.js';

/**
 * What an ExampleGen does now when its data is not there. Data of a schedule's time may come so much later than that
 * time: a run that starts late waits for the rest, a backfilled one looks once. A run that was started by hand waits from
 * now on.
 */
export function missingPolicy(run: RunOptions, given?: CallOptions['onMissing']): MissingPolicy | undefined {
  const policy = typeof given === 'object' ? milliseconds(given) : (given ?? run.onMissing);
  const due = scheduledTime(run);
  if (typeof policy !== 'object' || due === undefined) return policy;
  const waitMs = due.getTime() + policy.waitMs - Date.now();
  return waitMs > 0 ? { ...policy, waitMs } : 'fail';
}

function milliseconds({ wait, every = '30 seconds' }: Exclude<CallOptions['onMissing'], string | undefined>) {
  return { waitMs: msToNumber(wait), everyMs: msToNumber(every) };
}
