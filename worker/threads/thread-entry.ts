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
 * A thread for executor attempts, one after the other. Once it has loaded user code it is ended after that attempt.
 */
if (parentPort === null) throw new Error('thread-entry is loaded in a worker thread only');
const port = parentPort;
process.setSourceMapsEnabled(true);

const waiting = new Map<string, { resolve: (bundle: BundleFacts) => void; reject: (error: Error) => void }>();

/** The attempt that is under way. */
let current: AbortController | undefined;

const post = (message: FromThread): void => port.postMessage(message);

port.on('message', (message: ToThread) => {
  switch (message.type) {
    case 'run':
      void run(message);
      break;
    case 'abort':
      current?.abort();
      break;
    case 'module':
      waiting.get(message.name)?.resolve(message.bundle);
      break;
    case 'module-failed':
      waiting.get(message.name)?.reject(receivedError(message.error));
      break;
  }
});

const likely: (() => Promise<unknown>)[] = [...Object.values(standardImplementations), loadTensorFlow];

/** Loads what executors are likely to need while this thread waits in reserve; a job comes first. */
async function preload(): Promise<void> {
  for (let load = likely.shift(); load !== undefined; load = likely.shift()) {
    // The executor that needs what cannot be loaded will say so.
    await load().catch(() => undefined);
    if (current !== undefined) return;
    // Lets a job that has come meanwhile in.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function run({ job, components }: ToThread & { type: 'run' }): Promise<void> {
  const attempt = new AbortController();
  current = attempt;
  let reusable = components.length === 0;
  // What an executor says after its end belongs to no attempt.
  const say = (message: FromThread): void => {
    if (current === attempt) post(message);
  };
  try {
    const implementation = await implementationsOf(() => Promise.resolve(components)).find(job.component);
    const result = await runExecutor(implementation, job, {
      onProgress: (report) => say({ type: 'progress', report }),
      onCheckpoint: (detail) => say({ type: 'checkpoint', detail }),
      signal: attempt.signal,
      loadModule: (name) => {
        reusable = false;
        return loadModule(name);
      },
      services: executorServices(),
    });
    say({ type: 'done', result, reusable });
  } catch (error) {
    say({ type: 'failed', error: postedError(error) });
  }
  current = undefined;
  if (reusable) void preload();
}

async function loadModule(name: string): Promise<{ exports: Readonly<Record<string, unknown>>; digest: string }> {
  const bundle = await new Promise<BundleFacts>((resolve, reject) => {
    waiting.set(name, { resolve, reject });
    post({ type: 'need-module', name });
  });
  return { exports: await importBundle(bundle, `Module '${name}'`), digest: bundle.digest };
}

void preload();
