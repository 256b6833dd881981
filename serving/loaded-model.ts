import { Worker } from 'node:worker_threads';
import { ServingError } from './serving-error.js';
import type { Feeds, Results, SignatureFacts } from './tensor.js';
import type { RunMessage, ThreadData, ThreadMessage } from './thread-protocol.js';

/** A model that is loaded in its thread. */
export interface LoadedModel {
  readonly signatures: Readonly<Record<string, SignatureFacts>>;
  /** @throws ServingError */
  run(signature: string, feeds: Feeds): Promise<Results>;
  /** Ends the thread; what still runs fails. */
  close(): Promise<void>;
}

interface Waiting {
  readonly resolve: (results: Results) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Loads a SavedModel in a thread.
 * @param onEnd - called when the thread ends without having been closed
 * @throws Error with TensorFlow's words when it cannot be loaded
 */
export async function loadModel(folder: string, onEnd: (reason: string) => void): Promise<LoadedModel> {
  const data: ThreadData = { folder };
  const thread = new Worker(new URL('./inference-thread.js', import.meta.url), { workerData: data });
  const waiting = new Map<number, Waiting>();
  const signatures = await loaded(thread);
  let closed = false;
  let ids = 0;
  const end = (reason: string) => {
    for (const { reject } of waiting.values()) reject(new ServingError('UNAVAILABLE', reason));
    waiting.clear();
    if (!closed) onEnd(reason);
    closed = true;
  };
  thread.on('message', (message: ThreadMessage) => settle(waiting, message));
  thread.on('error', (error) => end(`the inference thread failed: ${error.message}`));
  thread.on('exit', (code) => end(`the inference thread ended with code ${code}`));
  return {
    signatures,
    run: (signature, feeds) =>
      new Promise((resolve, reject) => {
        if (closed) {
          reject(new ServingError('UNAVAILABLE', 'the model was unloaded'));
          return;
        }
        const id = ++ids;
        waiting.set(id, { resolve, reject });
        thread.postMessage({ id, signature, feeds } satisfies RunMessage);
      }),
    close: async () => {
      closed = true;
      await thread.terminate();
    },
  };
}

/** What the thread says first. Its listeners stay: without any, Node stops reading from the thread. */
async function loaded(thread: Worker): Promise<Readonly<Record<string, SignatureFacts>>> {
  try {
    return await new Promise((resolve, reject) => {
      thread.once('error', reject);
      thread.once('exit', (code) => reject(new Error(`the inference thread ended with code ${code}`)));
      thread.once('message', (message: ThreadMessage) => {
        if (message.kind === 'loaded') resolve(message.signatures);
        else reject(new Error(message.kind === 'failed' ? message.message : 'the inference thread is confused'));
      });
    });
  } catch (error) {
    await thread.terminate();
    throw error;
  }
}

const CLIENTS_FAULT = new Set(['MODEL_INPUT_INVALID', 'MODEL_RUN_FAILED', 'MODEL_SIGNATURE_MISSING']);

function settle(waiting: Map<number, Waiting>, message: ThreadMessage): void {
  if (message.kind !== 'answer' && message.kind !== 'error') return;
  const found = waiting.get(message.id);
  waiting.delete(message.id);
  if (message.kind === 'answer') found?.resolve(message.results);
  else {
    const code = CLIENTS_FAULT.has(message.code) ? 'INVALID_ARGUMENT' : 'INTERNAL';
    found?.reject(new ServingError(code, message.message));
  }
}
