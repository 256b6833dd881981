import type { Pushed } from '../components/pusher/commit.js';
import { commitPush, pushedProperties, pushedSummary } from '../components/pusher/commit.js';
import { destinationPlace } from '../components/pusher/destination.js';
import { pusher } from '../components/pusher/executor.js';
import type { CommitContext } from './commit.js';
import { toActivity } from './to-activity.js';

/** Puts what the executor staged at its destination, under the fence of the destination. */
async function commit({ ticket, staged, signal, requireDestination, fence }: CommitContext) {
  const { pushedModel } = staged;
  if (pushedModel?.properties['pushed'] !== 1) return { properties: {} };
  const destination = await requireDestination(destinationPlace(String(ticket.parameters['destination'])));
  const request = {
    staged: pushedModel.path,
    destination,
    version: Number(ticket.parameters['version']),
    attempt: pushedModel.uri.split('/').slice(-2).join('-'),
    signal,
  };
  const pushed = await commitPush(request, (place, step) =>
    // Who holds the fence has pushed before: nobody has been there since.
    fence<Pushed>(place, async (holder) =>
      holder?.executionId === ticket.executionId ? holder.result : await step(holder?.result),
    ),
  );
  return { properties: { pushedModel: pushedProperties(pushed) }, summary: pushedSummary(pushed) };
}

export const PusherActivity = toActivity(pusher, { commit });
