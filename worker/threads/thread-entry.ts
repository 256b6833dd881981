import { parentPort } from 'node:worker_threads';
import { standardImplementations } from '../../components/implementations.js';
import { loadTensorFlow } from '../../graph/tensorflow/tensorflow.js';
import { importBundle } from '../bundle-user-code.js';
import { implementationsOf } from '../implementations.js';
import { runExecutor } from '../run-executor.js';
import { executorServices } from '../services.js';
import type { BundleFacts, FromThread, ToThread } from './messages.js';
import { postedError, receivedError } from './posted-errors.js';

/*
 * The thread of one executor attempt: it gets one job, runs it and is ended.
 */
if (parentPort === null) throw new Error('thread-entry is loaded in a worker thread only');
const port = parentPort;
process.setSourceMapsEnabled(true);

const abort = new AbortController();
const waiting = new Map<string, { resolve: (bundle: BundleFacts) => void; reject: (error: Error) => void }>();

let hasJob = false;

const post = (message: FromThread): void => port.postMessage(message);

port.on('message', (message: ToThread) => {
  switch (message.type) {
    case 'run':
      hasJob = true;
      void run(message);
      break;
    case 'abort':
      abort.abort();
      break;
    case 'module':
      waiting.get(message.name)?.resolve(message.bundle);
      break;
    case 'module-failed':
      waiting.get(message.name)?.reject(receivedError(message.error));
      break;
  }
});

/** Loads what executors are likely to need while this thread waits in reserve; its job comes first. */
async function preload(): Promise<void> {
  for (const load of [...Object.values(standardImplementations), loadTensorFlow]) {
    if (hasJob) return;
    try {
      await load();
    } catch {
      // The executor that needs it will say so.
    }
  }
}

async function run({ job, components }: ToThread & { type: 'run' }): Promise<void> {
  try {
    const implementation = await implementationsOf(() => Promise.resolve(components)).find(job.component);
    const result = await runExecutor(implementation, job, {
      onProgress: (report) => post({ type: 'progress', report }),
      onCheckpoint: (detail) => post({ type: 'checkpoint', detail }),
      signal: abort.signal,
      loadModule,
      services: executorServices(),
    });
    post({ type: 'done', result });
  } catch (error) {
    post({ type: 'failed', error: postedError(error) });
  }
}

async function loadModule(name: string): Promise<{ exports: Readonly<Record<string, unknown>>; digest: string }> {
  const bundle = await new Promise<BundleFacts>((resolve, reject) => {
    waiting.set(name, { resolve, reject });
    post({ type: 'need-module', name });
  });
  return { exports: await importBundle(bundle, `Module '${name}'`), digest: bundle.digest };
}

void preload();
