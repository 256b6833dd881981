import type { Manifest, PayloadFile } from './manifest.js';

/** A payload that will not change any more, with its manifest beside it. */
export interface SealedPayload extends Manifest {
  readonly manifestUri: string;
}

export interface SealOptions {
  readonly signal?: AbortSignal;
  /** Called after each file, with bytes hashed so far. */
  readonly onBytes?: (bytes: number) => void;
}

/** `quick`: files whose size and time are as recorded are believed. `full`: every byte is read. */
export type CheckMode = 'quick' | 'full';

/** A folder that one attempt made: `<root>/<pipeline>/<node>/<output>/<executionId>/<nonce>`. */
export interface AttemptFolder {
  readonly uri: string;
  readonly executionId: number;
  /** Epoch milliseconds of the newest change in it. */
  readonly modifiedMs: number;
  readonly bytes: number;
}

/**
 * Where payloads lie. The store names places by URI and hands out local folders, so that executors work on paths; a
 * remote store downloads in `fetch` and uploads in `seal`. Nothing here makes a payload visible: that is what lineage does.
 */
export interface ArtifactStore {
  /** The URI under which everything of this store lies, without a trailing slash. */
  readonly root: string;
  /** A URI below the root; characters that are unsafe in paths are replaced. */
  place(...segments: readonly (string | number)[]): string;
  /** Makes a fresh, empty local folder for a payload that will have this URI. */
  stage(uri: string): Promise<string>;
  /** Ends writing: hashes the staged files, makes them durable, and writes the manifest beside them. */
  seal(uri: string, options?: SealOptions): Promise<SealedPayload>;
  /** A local folder with the payload. */
  fetch(uri: string): Promise<string>;
  readManifest(manifestUri: string): Promise<Manifest>;
  /** Hashes a payload where it lies; nothing is written. Also for places outside the root. */
  inspect(uri: string, options?: SealOptions): Promise<readonly PayloadFile[]>;
  /** What is wrong with a payload, in a sentence; undefined when it is as published. */
  check(uri: string, files: readonly PayloadFile[], mode: CheckMode): Promise<string | undefined>;
  /** Every attempt's folder under the root. */
  attempts(): AsyncIterable<AttemptFolder>;
  /** Removes a payload and what lies beside it under its name. Only under the root. */
  remove(uri: string): Promise<void>;
}
