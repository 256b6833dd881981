/** The supervisor's process; started by `launchSupervisor` under the state folder's lock. Argument: the state folder. */
import { endLeftovers } from '../process/leftovers.js';
import { makeStateFolders, statePaths } from '../state.js';
import { Supervisor } from './supervisor.js';

const state = process.argv[2];
if (state === undefined) throw new Error('the state folder is missing');
const paths = statePaths(state);
makeStateFolders(paths);
const ended = endLeftovers(paths.state);
if (ended > 0) console.error(`ended ${String(ended)} processes of a supervisor that was killed`);
const supervisor = new Supervisor(paths, process.env['TFX_TEMPORAL_FAST_POSTGRES'] === '1');
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  process.on(signal, () => void supervisor.stop().then(() => process.exit(0)));
}
await supervisor.run();
