import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { activityInfo } from '@temporalio/activity';
import { type ActivityInterceptorsFactory, NativeConnection, Worker } from '@temporalio/worker';
import { heavyTaskQueue, TfxPlugin } from '../../worker/index.js';
import { bundleWorkflows } from '../../worker/workflow-bundle.js';

/*
 * A worker process for tests: a user's own `Worker.create` with the plugin, the counting components, and points at
 * which it kills itself. All that it is told comes as one JSON argument.
 */

export interface CountingWorkerOptions {
  readonly address: string;
  readonly taskQueue: string;
  readonly databaseUrl: string;
  readonly artifactRoot: string;
  /** A folder for traces and marks. */
  readonly folder: string;
  readonly bundleFolder: string;
  /** SIGKILLs this process, once, at this point of this activity. */
  readonly crash?: { readonly activityId: string; readonly point: CrashPoint };
  /** Answers of these activities are lost once: the work is done, but Temporal gets an error. */
  readonly lose?: readonly string[];
}

/** `during`: half a second after it started. `after`: done, but Temporal was not told. */
export type CrashPoint = 'before' | 'during' | 'after';

export async function runCountingWorker(options: CountingWorkerOptions): Promise<void> {
  const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
  const bundle = await bundleWorkflows(
    ['counting/pipelines.js', 'spans/pipelines.js'].map(here),
    here('.'),
    options.bundleFolder,
  );
  const connection = await NativeConnection.connect({ address: options.address });
  const worker = await Worker.create({
    connection,
    namespace: 'default',
    taskQueue: options.taskQueue,
    workflowBundle: { codePath: bundle.codePath },
    interceptors: { activity: [crashing(options)] },
    plugins: [
      new TfxPlugin({
        databaseUrl: options.databaseUrl,
        artifactRoot: options.artifactRoot,
        // Of its own: what another worker left on its machine is of no help here.
        artifactCache: { folder: path.join(options.folder, `cache-${process.pid}`) },
        components: [new URL('counting/implementations.js', import.meta.url)],
        bundleFolder: options.bundleFolder,
        resources: { heavySlots: 2 },
      }),
    ],
  });
  const running = worker.run();
  process.send?.({ ready: true, heavy: heavyTaskQueue(options.taskQueue) });
  await running;
  await connection.close();
}

function crashing({ folder, crash, lose = [] }: CountingWorkerOptions): ActivityInterceptorsFactory {
  const once = (name: string): boolean => {
    const mark = path.join(folder, `${name}.mark`);
    if (existsSync(mark)) return false;
    writeFileSync(mark, '');
    return true;
  };
  return () => ({
    inbound: {
      async execute(input, next) {
        const { activityId, attempt } = activityInfo();
        appendFileSync(path.join(folder, 'trace.log'), `${activityId} ${attempt} ${process.pid}\n`);
        const point = crash?.activityId === activityId ? crash.point : undefined;
        if (point === 'before' && once('crash')) process.kill(process.pid, 'SIGKILL');
        if (point === 'during' && once('crash')) setTimeout(() => process.kill(process.pid, 'SIGKILL'), 500);
        const result = await next(input);
        if (point === 'after' && once('crash')) process.kill(process.pid, 'SIGKILL');
        if (lose.includes(activityId) && once(`lose-${activityId}`)) throw new Error('the answer was lost');
        return result;
      },
    },
  });
}

const argument = process.argv[2];
if (argument !== undefined && process.argv[1] === fileURLToPath(import.meta.url)) {
  await runCountingWorker(JSON.parse(argument) as CountingWorkerOptions);
  process.exit(0);
}
