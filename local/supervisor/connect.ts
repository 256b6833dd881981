import type { OnLocalEvent } from '../events.js';
import { makeStateFolders, statePaths } from '../state.js';
import { provision } from '../provision/provision.js';
import type { LocalAddresses, WorkerSpec } from './protocol.js';
import { SupervisorConnection } from './supervisor-connection.js';

export interface ConnectLocalOptions {
  /** The state folder; `TFX_TEMPORAL_STATE` or `.tfx-temporal/` at the project's root when left out. */
  readonly state?: string;
  /** The project's worker; the supervisor keeps it running. Without it only the servers are started. */
  readonly worker?: WorkerSpec;
  readonly onEvent?: OnLocalEvent;
}

export interface LocalServers extends LocalAddresses {
  /** Starts the worker, or restarts it when its digest changed. */
  ensureWorker(worker: WorkerSpec): void;
  /** Lets go. The servers stop 5 seconds after the last process has let go or died. */
  release(): Promise<void>;
}

/**
 * Connects this process to the embedded servers: provisions what is missing, starts the one supervisor when none
 * runs, and waits until Postgres and Temporal answer. Holding on to the result keeps them up; dying lets go, too.
 *
 * @throws PipelineError LOCAL_* when a part cannot be provisioned or started
 */
export async function connectLocal(options: ConnectLocalOptions = {}): Promise<LocalServers> {
  const paths = statePaths(options.state);
  const onEvent = options.onEvent ?? (() => undefined);
  makeStateFolders(paths);
  await provision({ state: paths.state, parts: ['postgres', 'temporal'], onEvent });
  const connection = new SupervisorConnection(paths, onEvent, options.worker);
  const addresses = await connection.attach();
  return {
    ...addresses,
    ensureWorker: (worker) => {
      connection.ensureWorker(worker);
    },
    release: () => connection.release(),
  };
}
