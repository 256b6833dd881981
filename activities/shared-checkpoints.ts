import type { LocalPayloads } from '../artifacts/store.js';

export interface SharedCheckpoints {
  readonly save: (detail: unknown) => void;
  /** Nothing is shared any more afterwards. */
  readonly settled: () => Promise<void>;
}

/**
 * Announces a checkpoint once others can fetch it. An executor saves faster than a remote store takes them: while one
 * is on its way, only the latest of the following waits. One that cannot be shared is not announced, and the work goes on.
 */
export function sharedCheckpoints(
  local: LocalPayloads,
  { uri, signal }: { readonly uri: string; readonly signal: AbortSignal },
  announce: (detail: unknown) => void,
): SharedCheckpoints {
  let waiting: { readonly detail: unknown } | undefined;
  let sharing: Promise<void> | undefined;
  const shareAll = async (): Promise<void> => {
    for (let next = waiting; next !== undefined; next = waiting) {
      waiting = undefined;
      const { detail } = next;
      await local.share(uri, signal).then(
        () => announce(detail),
        () => undefined,
      );
    }
    sharing = undefined;
  };
  return {
    save: (detail) => {
      waiting = { detail };
      sharing ??= shareAll();
    },
    settled: async () => {
      waiting = undefined;
      await sharing;
    },
  };
}
