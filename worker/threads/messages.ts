import type { ExecutorJob, ExecutorJobResult } from '../../activities/executor-runner.js';
import type { ProgressReport } from '../../components/implement.js';

/** A bundle of user code, as a thread needs it. */
export interface BundleFacts {
  readonly url: string;
  readonly digest: string;
}

/** An error on its way between threads: classes do not survive the passage. */
export type PostedError =
  | {
      readonly coded: true;
      readonly code: string;
      readonly what: string;
      readonly why: string;
      readonly fix: string;
      readonly details: Readonly<Record<string, unknown>>;
      readonly stack: string;
    }
  | { readonly coded: false; readonly name: string; readonly message: string; readonly stack: string };

export type ToThread =
  | { readonly type: 'run'; readonly job: ExecutorJob; readonly components: readonly BundleFacts[] }
  | { readonly type: 'module'; readonly name: string; readonly bundle: BundleFacts }
  | { readonly type: 'module-failed'; readonly name: string; readonly error: PostedError }
  | { readonly type: 'abort' };

export type FromThread =
  | { readonly type: 'progress'; readonly report: ProgressReport }
  | { readonly type: 'checkpoint'; readonly detail: unknown }
  | { readonly type: 'need-module'; readonly name: string }
  | {
      readonly type: 'done';
      readonly result: ExecutorJobResult;
      /** Nothing but our own code has run: the thread can have another execution. */
      readonly reusable: boolean;
    }
  | { readonly type: 'failed'; readonly error: PostedError };
