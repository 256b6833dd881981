import { fileURLToPath } from 'node:url';
import { NativeConnection, Worker } from '@temporalio/worker';
import { TfxPlugin } from '../../worker/index.js';
import { bundleWorkflows } from '../../worker/workflow-bundle.js';

/*
 * The worker of the orchestration benchmark, a process of its own so that its memory can be read.
 * Arguments: Temporal's address, task queue, database URL, a folder for everything.
 */
const [address = '', taskQueue = '', databaseUrl = '', folder = ''] = process.argv.slice(2);
const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const bundle = await bundleWorkflows([here('pipelines.js')], here('.'), folder);
const connection = await NativeConnection.connect({ address });
const worker = await Worker.create({
  connection,
  taskQueue,
  workflowBundle: { codePath: bundle.codePath },
  plugins: [
    new TfxPlugin({
      databaseUrl,
      artifactRoot: `${folder}/artifacts`,
      components: [new URL('implementations.js', import.meta.url)],
      bundleFolder: folder,
    }),
  ],
});
const running = worker.run();
process.send?.({ ready: true });
await running;
await connection.close();
process.exit(0);
