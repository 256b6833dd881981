import { isPipelineError } from '../errors/pipeline-error.js';
import { runWorker } from './run-worker.js';

/*
 * The worker's process: `node dist/worker/main.js`. It tells its parent `{ ready: true }` when it polls.
 */
try {
  await runWorker({
    onReady: ({ taskQueue, address }) => {
      process.send?.({ ready: true });
      console.log(`worker ready: task queue ${taskQueue} at ${address}`);
    },
  });
  process.exit(0);
} catch (error) {
  console.error(isPipelineError(error) ? `${error.code}: ${error.message}` : error);
  process.exit(isPipelineError(error) && error.kind === 'config' ? 3 : 1);
}
