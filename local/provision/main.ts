/** Makes native parts while it holds the set-up's lock; started by `provision()`. Arguments: the state folder, parts. */
import { statePaths } from '../state.js';
import { toWireError } from '../supervisor/wire-error.js';
import { PARTS, type ProvisionPart } from './parts.js';
import type { ProvisionMessage } from './provision.js';

async function main(state: string, parts: readonly ProvisionPart[]): Promise<void> {
  const context = { paths: statePaths(state), say: (say: string) => void send({ say }) };
  for (const part of parts) {
    // Another process may have made it while this one waited for the lock.
    if (!(await PARTS[part].isReady(context))) await PARTS[part].make(context);
  }
}

/** Waits until the message has left this process: it may be its last. */
function send(message: ProvisionMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined) resolve();
    else
      process.send(message, undefined, undefined, () => {
        resolve();
      });
  });
}

const [, , state = '', ...parts] = process.argv;
try {
  await main(state, parts as ProvisionPart[]);
} catch (error) {
  await send({ failed: toWireError(error, 'LOCAL_DOWNLOAD_FAILED') });
  process.exitCode = 1;
}
if (process.connected) process.disconnect();
