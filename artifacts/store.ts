import type { Manifest, PayloadFile } from './manifest.js';

/** A payload that will not change any more, with its manifest beside it. */
export interface SealedPayload extends Manifest {
  readonly manifestUri: string;
}

export interface SealOptions {
  readonly signal?: AbortSignal;
  /** Called with the bytes hashed, stored or fetched so far. */
  readonly onBytes?: (bytes: number) => void;
}

/** `quick`: files whose size and time or ETag are as recorded are believed. `full`: every byte is read. */
export type CheckMode = 'quick' | 'full';

/** A folder that one attempt made: `<root>/<pipeline>/<node>/<output>/<executionId>/<nonce>`. */
export interface AttemptFolder {
  readonly uri: string;
  readonly executionId: number;
  /** Epoch milliseconds of the newest change in it. */
  readonly modifiedMs: number;
  readonly bytes: number;
}

/** Local folders with payloads, so that executors work on paths. Copies last as long as the work they are for. */
export interface LocalPayloads {
  /** Makes a fresh, empty local folder for a payload that will have this URI. */
  stage(uri: string): Promise<string>;
  /** Lets others fetch what lies in a staged folder now, while writing goes on: checkpoints. */
  share(uri: string, signal?: AbortSignal): Promise<void>;
  /** Ends writing: hashes the staged files, makes them durable, and writes the manifest beside them. */
  seal(uri: string, options?: SealOptions): Promise<SealedPayload>;
  /**
   * A local folder with a payload, to be read only.
   * @param options.digest what a copy must have; without one, there is nothing to hold it against
   */
  fetch(uri: string, options?: FetchOptions): Promise<string>;
}

export interface FetchOptions extends SealOptions {
  readonly digest?: string;
}

/** A text beside an attempt's folder. */
export interface Note {
  readonly nonce: string;
  readonly text: string;
}

/**
 * Where payloads lie. The store names places by URI; only work within `withLocal` sees paths. Nothing here makes a
 * payload visible: that is what lineage does. Only places under the root are written; all URIs can be read.
 */
export interface ArtifactStore {
  /** The URI under which everything of this store lies, without a trailing slash. */
  readonly root: string;
  /** A URI below the root; characters that are unsafe in paths are replaced. */
  place(...segments: readonly (string | number)[]): string;
  /** Runs work on local folders; those that are only copies are gone afterwards. */
  withLocal<T>(work: (local: LocalPayloads) => Promise<T>): Promise<T>;
  readManifest(manifestUri: string): Promise<Manifest>;
  /** Hashes a payload where it lies; nothing is written. */
  inspect(uri: string, options?: SealOptions): Promise<readonly PayloadFile[]>;
  /** What is wrong with a payload, in a sentence; undefined when it is as published. */
  check(uri: string, files: readonly PayloadFile[], mode: CheckMode): Promise<string | undefined>;
  /** Leaves a text beside an attempt's folder: why it failed. */
  writeNote(uri: string, text: string): Promise<void>;
  /** The notes that attempts left below a place, at most `limit`. */
  readNotes(place: string, limit: number): Promise<readonly Note[]>;
  /** Every attempt's folder under the root. */
  attempts(): AsyncIterable<AttemptFolder>;
  /** Removes a payload and what lies beside it under its name. */
  remove(uri: string): Promise<void>;
}
