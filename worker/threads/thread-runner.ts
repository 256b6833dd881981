import { Worker } from 'node:worker_threads';
import type {
  ExecutorJob,
  ExecutorJobEvents,
  ExecutorJobResult,
  ExecutorRunner,
} from '../../activities/executor-runner.js';
import { PipelineError } from '../../errors/pipeline-error.js';
import type { BundleFacts, FromThread, ToThread } from './messages.js';
import { postedError, receivedError } from './posted-errors.js';

/** How long an aborted executor may take to stop by itself, in milliseconds. */
const STOP_GRACE_MS = 2000;

export interface ThreadRunnerOptions {
  /** Bundles a registered module for a thread that asks for it. */
  bundleModule(name: string): Promise<BundleFacts>;
  /** The bundles of the user's own components. */
  componentBundles(): Promise<readonly BundleFacts[]>;
}

/**
 * Runs each executor attempt in a fresh `worker_threads` thread, so that the event loop, and with it every heartbeat,
 * stays free. One started thread waits in reserve, which hides the start.
 */
export class ThreadRunner implements ExecutorRunner {
  readonly #options: ThreadRunnerOptions;
  #spare: Worker | undefined;

  constructor(options: ThreadRunnerOptions) {
    this.#options = options;
  }

  /** Starts the thread in reserve. */
  warm(): void {
    this.#spare ??= startThread();
    this.#spare.unref();
  }

  async run(job: ExecutorJob, events: ExecutorJobEvents): Promise<ExecutorJobResult> {
    events.signal.throwIfAborted();
    const components = await this.#options.componentBundles();
    const thread = this.#take();
    try {
      const result = this.#converse(thread, { type: 'run', job, components }, events);
      // The next one loads while this one works.
      this.warm();
      return await result;
    } finally {
      await thread.terminate();
    }
  }

  async close(): Promise<void> {
    await this.#spare?.terminate();
    this.#spare = undefined;
  }

  #take(): Worker {
    const thread = this.#spare ?? startThread();
    this.#spare = undefined;
    thread.ref();
    return thread;
  }

  #converse(thread: Worker, start: ToThread, events: ExecutorJobEvents): Promise<ExecutorJobResult> {
    return new Promise((resolve, reject) => {
      const stopListening = abortSoon(thread, events.signal, reject);
      thread.on('message', (message: FromThread) => {
        if (message.type === 'progress') events.onProgress(message.report);
        else if (message.type === 'checkpoint') events.onCheckpoint(message.detail);
        else if (message.type === 'need-module') void this.#sendModule(thread, message.name);
        else {
          stopListening();
          if (message.type === 'done') resolve(message.result);
          else reject(events.signal.aborted ? abortReason(events.signal) : receivedError(message.error));
        }
      });
      thread.on('error', (error: unknown) => reject(threadError(error)));
      thread.on('exit', (code) => {
        stopListening();
        reject(events.signal.aborted ? abortReason(events.signal) : ended(`its thread ended with code ${code}`));
      });
      thread.postMessage(start);
    });
  }

  async #sendModule(thread: Worker, name: string): Promise<void> {
    let answer: ToThread;
    try {
      const { url, digest } = await this.#options.bundleModule(name);
      answer = { type: 'module', name, bundle: { url, digest } };
    } catch (error) {
      answer = { type: 'module-failed', name, error: postedError(error) };
    }
    thread.postMessage(answer);
  }
}

function startThread(): Worker {
  return new Worker(new URL('./thread-entry.js', import.meta.url), { name: 'tfx-executor' });
}

/** On abort: asks the executor to stop, and ends its thread when it does not. Returns what takes the listener away. */
function abortSoon(thread: Worker, signal: AbortSignal, reject: (error: Error) => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const onAbort = (): void => {
    thread.postMessage({ type: 'abort' } satisfies ToThread);
    timer = setTimeout(() => {
      reject(abortReason(signal));
      void thread.terminate();
    }, STOP_GRACE_MS);
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  return () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  };
}

function abortReason(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason : new DOMException('The executor was stopped', 'AbortError');
}

function threadError(error: unknown): Error {
  if (error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return ended('it ran out of memory');
  }
  return error instanceof Error ? error : new Error(String(error));
}

const ended = (why: string): PipelineError =>
  new PipelineError('THREAD_ENDED', { what: `An executor gave no result: ${why}` });
