import { launchModelServer } from '../../serving/launch.js';

/** Launches a model server, prints its address and stays: the test kills this process. */
const [basePath = ''] = process.argv.slice(2);
const server = await launchModelServer({ name: 'm', basePath, signal: new AbortController().signal });
process.stdout.write(`${server.url}\n`);
setInterval(() => undefined, 1000);
