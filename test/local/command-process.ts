/** A command on embedded servers, to be killed by tests. Arguments: the state folder, and a worker's spec as JSON. */
import { connectLocal, type WorkerSpec } from '../../local/index.js';

const [, , state = '', worker] = process.argv;
const print = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
const servers = await connectLocal({
  state,
  onEvent: print,
  ...(worker === undefined ? {} : { worker: JSON.parse(worker) as WorkerSpec }),
});
print({ type: 'connected', address: servers.temporalAddress });
