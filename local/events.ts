/** What happens while local parts are provisioned, started and watched. Plain data: how it looks is the caller's. */
export type LocalEvent =
  /** One line for people: a download, a build, a server starting. */
  | { readonly type: 'progress'; readonly message: string }
  | {
      readonly type: 'server';
      readonly server: 'postgres' | 'temporal';
      readonly state: 'ready' | 'exited' | 'restarting';
      readonly pid?: number;
    }
  | {
      readonly type: 'worker';
      readonly state: 'starting' | 'ready' | 'exited' | 'restarting' | 'failed';
      readonly pid?: number;
      readonly code?: number | null;
      readonly signal?: string | null;
      /** The last lines of the worker's log, when it exited on its own. */
      readonly log?: readonly string[];
    }
  /** The supervisor is gone (killed); the servers are being started again. */
  | { readonly type: 'recovering' }
  /** Somebody asked for the servers to be stopped (`stopLocal`), or they could not be brought back. */
  | { readonly type: 'stopped'; readonly reason: string };

export type OnLocalEvent = (event: LocalEvent) => void;
