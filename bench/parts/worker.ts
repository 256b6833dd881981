import { fileURLToPath } from 'node:url';
import { NativeConnection, Worker } from '@temporalio/worker';
import { TfxPlugin } from '../../worker/index.js';
import { bundleWorkflows } from '../../worker/workflow-bundle.js';

/*
 * A worker of the benchmark of parts: one heavy activity at a time, with one thread.
 * Arguments: Temporal's address, task queue, database URL, a folder for everything.
 */
const [address = '', taskQueue = '', databaseUrl = '', folder = ''] = process.argv.slice(2);
const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const bundle = await bundleWorkflows([here('pipelines.js')], here('.'), folder);
const connection = await NativeConnection.connect({ address });
const resources = { threads: 1, heavySlots: 1, memoryLimitMiB: 512 };
const worker = await Worker.create({
  connection,
  taskQueue,
  workflowBundle: { codePath: bundle.codePath },
  plugins: [new TfxPlugin({ databaseUrl, artifactRoot: `${folder}/artifacts`, bundleFolder: folder, resources })],
});
const running = worker.run();
process.send?.({ ready: true });
await running;
await connection.close();
process.exit(0);
