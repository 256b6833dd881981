import type { ChildProcess } from 'node:child_process';

/** A server that answers. */
export interface RunningServer {
  readonly child: ChildProcess;
  stop(): Promise<void>;
}
