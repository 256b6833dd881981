import type { Feeds, Results, SignatureFacts } from './tensor.js';

/** What the inference thread is started with. */
export interface ThreadData {
  /** The SavedModel's folder. */
  readonly folder: string;
}

/** To the thread: run a signature once. */
export interface RunMessage {
  readonly id: number;
  readonly signature: string;
  readonly feeds: Feeds;
}

/** From the thread. */
export type ThreadMessage =
  | { readonly kind: 'loaded'; readonly signatures: Readonly<Record<string, SignatureFacts>> }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'answer'; readonly id: number; readonly results: Results }
  | { readonly kind: 'error'; readonly id: number; readonly code: string; readonly message: string };
