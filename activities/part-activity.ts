import { Context } from '@temporalio/activity';
import { guardPayload } from '../components/payload-limits.js';
import { inAttempt } from './attempt.js';
import { partsPlace } from './folders.js';
import type { PartActivity } from './protocol.js';
import type { ExecutorRuntime } from './runtime.js';

/** Binds the activity of a component's parts to a worker: each attempt leaves its state in a place of its own. */
export function bindPart(runtime: ExecutorRuntime): PartActivity {
  return (ticket) =>
    inAttempt(runtime, ticket, true, async ({ nonce, local, run }) => {
      const uri = `${partsPlace(runtime.store, { ...ticket, pipeline: ticket.run.pipeline })}/${nonce}`;
      const state = await local.stage(uri);
      const { summary } = await run({ places: {}, step: { kind: 'map', part: ticket.part, state } });
      const { digest } = await local.seal(uri, { signal: Context.current().cancellationSignal });
      return guardPayload(`The result of part ${ticket.part.index} of ${ticket.node}`, {
        state: { uri, digest },
        summary,
      });
    });
}
