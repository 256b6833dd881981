import type { Worker } from 'node:worker_threads';
import type {
  ExecutorJob,
  ExecutorJobEvents,
  ExecutorJobResult,
  ExecutorRunner,
} from '../../activities/executor-runner.js';
import { PipelineError } from '../../errors/pipeline-error.js';
import type { BundleFacts, FromThread, ToThread } from './messages.js';
import { postedError, receivedError } from './posted-errors.js';
import { ThreadPool } from './thread-pool.js';

/** How long an aborted executor may take to stop by itself, in milliseconds. */
const STOP_GRACE_MS = 2000;

export interface ThreadRunnerOptions {
  /** Bundles a registered module for a thread that asks for it. */
  bundleModule(name: string): Promise<BundleFacts>;
  /** The bundles of the user's own components. */
  componentBundles(): Promise<readonly BundleFacts[]>;
}

interface Done {
  readonly result: ExecutorJobResult;
  readonly reusable: boolean;
}

/**
 * Runs each executor attempt in a `worker_threads` thread that runs nothing else, so that the event loop, and with it
 * every heartbeat, stays free. User code gets a thread that has never had another execution's user code.
 */
export class ThreadRunner implements ExecutorRunner {
  readonly #options: ThreadRunnerOptions;
  readonly #pool = new ThreadPool();

  constructor(options: ThreadRunnerOptions) {
    this.#options = options;
  }

  /** Starts a thread in reserve: one, because a worker that starts has much else to load. */
  warm(): void {
    this.#pool.warm(1);
  }

  async run(job: ExecutorJob, events: ExecutorJobEvents): Promise<ExecutorJobResult> {
    events.signal.throwIfAborted();
    const components = await this.#options.componentBundles();
    const thread = this.#pool.take();
    // The next one loads while this one works.
    this.#pool.warm();
    try {
      const { result, reusable } = await this.#converse(thread, { type: 'run', job, components }, events);
      // It has ended by itself, so nobody waits until its thread is gone.
      if (reusable) this.#pool.giveBack(thread);
      else void this.#pool.end(thread);
      return result;
    } catch (error) {
      await this.#pool.end(thread);
      throw error;
    }
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  #converse(thread: Worker, start: ToThread, events: ExecutorJobEvents): Promise<Done> {
    const { promise, resolve, reject } = withResolvers<Done>();
    const onMessage = (message: FromThread): void => {
      if (message.type === 'progress') events.onProgress(message.report);
      else if (message.type === 'checkpoint') events.onCheckpoint(message.detail);
      else if (message.type === 'need-module') void this.#sendModule(thread, message.name);
      else if (message.type === 'done') resolve(message);
      else reject(events.signal.aborted ? abortReason(events.signal) : receivedError(message.error));
    };
    const onError = (error: unknown): void => reject(threadError(error));
    const onExit = (code: number): void =>
      reject(events.signal.aborted ? abortReason(events.signal) : ended(`its thread ended with code ${code}`));
    thread.on('message', onMessage).on('error', onError).on('exit', onExit);
    const stopListening = abortSoon(thread, events.signal, reject);
    thread.postMessage(start);
    return promise.finally(() => {
      stopListening();
      thread.off('message', onMessage).off('error', onError).off('exit', onExit);
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

interface Resolvers<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
}

/** `Promise.withResolvers`, which Node 20 does not have. */
function withResolvers<T>(): Resolvers<T> {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
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
