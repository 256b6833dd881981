import { Worker } from 'node:worker_threads';

/** Threads that are kept loaded, working or not: one works while another is at hand. */
const LOADED_THREADS = 2;
/** After so many executions a thread is replaced, so that what libraries leak does not add up. */
const MAX_EXECUTIONS = 50;

/**
 * Loaded threads for executors. Loading what executors need (DuckDB, TensorFlow) takes a second of a core, so a thread is
 * used again as long as it has run nothing but our own code; one that has loaded user code is ended.
 */
export class ThreadPool {
  readonly #idle: Worker[] = [];
  /** All threads that live, with how many executions each has had. */
  readonly #executions = new Map<Worker, number>();
  #isClosed = false;

  /** Starts threads in reserve, until there are so many in all. */
  warm(threads: number = LOADED_THREADS): void {
    while (!this.#isClosed && this.#executions.size < threads) this.#rest(this.#start());
  }

  /** A thread that nobody else has, until it is given back or ended. */
  take(): Worker {
    const thread = this.#idle.pop() ?? this.#start();
    this.#executions.set(thread, (this.#executions.get(thread) ?? 0) + 1);
    thread.ref();
    return thread;
  }

  /** Keeps a thread for another execution, unless there are enough or it has had its share. */
  giveBack(thread: Worker): void {
    const hasShare = (this.#executions.get(thread) ?? MAX_EXECUTIONS) >= MAX_EXECUTIONS;
    if (this.#isClosed || hasShare || this.#idle.length >= LOADED_THREADS) void this.end(thread);
    else this.#rest(thread);
  }

  /** Ends a thread, whatever it does, and starts another in its place. */
  async end(thread: Worker): Promise<void> {
    await thread.terminate();
    this.#executions.delete(thread);
    this.warm();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#executions.keys()].map((thread) => thread.terminate()));
  }

  #start(): Worker {
    const thread = new Worker(new URL('./thread-entry.js', import.meta.url), { name: 'tfx-executor' });
    this.#executions.set(thread, 0);
    // One that dies while it rests is no longer at hand; an execution has listeners of its own.
    thread.on('error', () => undefined);
    thread.once('exit', () => {
      this.#executions.delete(thread);
      const at = this.#idle.indexOf(thread);
      if (at >= 0) this.#idle.splice(at, 1);
    });
    return thread;
  }

  #rest(thread: Worker): void {
    thread.unref();
    this.#idle.push(thread);
  }
}
