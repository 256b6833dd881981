import type { StatePaths } from '../state.js';

/** What a part gets while it is made. */
export interface ProvisionContext {
  readonly paths: StatePaths;
  /** Prints one progress line. */
  readonly say: (message: string) => void;
}

/** One native part: looked at quickly in the caller's process, made under the set-up's lock. */
export interface Part {
  /** Whether nothing needs to be made. Quick: file names and sizes only. */
  isReady(context: ProvisionContext): Promise<boolean>;
  /** Makes it, atomically. */
  make(context: ProvisionContext): Promise<void>;
}
