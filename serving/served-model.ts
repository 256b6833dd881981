import type { MetaGraphDef } from '../formats/protobuf/tensorflow.js';
import { readSavedModel } from '../formats/saved-model.js';
import { batched } from './batching.js';
import { readFeatureTypes } from './feature-examples.js';
import { loadModel, type LoadedModel } from './loaded-model.js';
import { modelSource, type ModelSource } from './model-source.js';
import type { ServedSignatures } from './predict-request.js';
import { notFound } from './serving-error.js';
import type { Feeds, Results } from './tensor.js';

export type VersionState = 'LOADING' | 'AVAILABLE' | 'UNLOADING' | 'END';

export interface VersionStatus {
  readonly version: number;
  readonly state: VersionState;
  /** Why it could not be loaded; empty when all is well. */
  readonly error: string;
}

/** A version that answers. */
export interface ServedVersion extends ServedSignatures {
  readonly version: number;
  readonly metaGraph: MetaGraphDef;
  run(signature: string, feeds: Feeds): Promise<Results>;
}

interface Entry {
  readonly served: ServedVersion;
  readonly model: LoadedModel;
  /** Requests that run on it now. */
  users: number;
}

export interface ServedModelOptions {
  readonly name: string;
  /** An absolute path or an `s3://` URI. */
  readonly basePath: string;
  readonly log: (line: string) => void;
  /** After this a version that could not be loaded is tried again. (Default: 30 s) */
  readonly retryMs?: number;
}

/** How often a version that cannot be loaded is tried. */
const MAX_LOADS = 5;
/** How many versions that are gone the status still names. */
const MAX_ENDED = 20;

/**
 * Serves the newest version in a folder. A new version is loaded beside the old one, then takes over at once; the old
 * one ends when its last request is answered. When the new one cannot be loaded the old one goes on.
 */
export class ServedModel {
  readonly name: string;
  readonly #options: ServedModelOptions;
  readonly #source: ModelSource;
  readonly #statuses = new Map<number, VersionStatus>();
  readonly #failures = new Map<number, { count: number; at: number }>();
  #current: Entry | undefined;
  #polling: Promise<void> | undefined;
  #closed = false;

  constructor(options: ServedModelOptions) {
    this.name = options.name;
    this.#options = options;
    this.#source = modelSource(options.basePath);
  }

  /** All versions that were seen, newest first. */
  statuses(): VersionStatus[] {
    return [...this.#statuses.values()].sort((a, b) => b.version - a.version);
  }

  isAvailable(): boolean {
    return this.#current !== undefined;
  }

  /**
   * Hands the version that answers to `work`, and keeps it loaded as long.
   * @throws ServingError NOT_FOUND
   */
  async use<T>(version: number | undefined, work: (served: ServedVersion) => Promise<T>): Promise<T> {
    const entry = this.#current;
    if (!entry || (version !== undefined && entry.served.version !== version)) {
      const wanted = version === undefined ? `Latest(${this.name})` : `Specific(${this.name}, ${version})`;
      throw notFound(`Servable not found for request: ${wanted}`);
    }
    entry.users += 1;
    try {
      return await work(entry.served);
    } finally {
      entry.users -= 1;
      if (entry !== this.#current) await this.#unloadIdle(entry);
    }
  }

  /** Looks for the newest version and loads it. Calls while it works wait for the same. */
  async poll(): Promise<void> {
    this.#polling ??= this.#poll().finally(() => {
      this.#polling = undefined;
    });
    await this.#polling;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#polling;
    const entry = this.#current;
    this.#current = undefined;
    await entry?.model.close();
  }

  async #poll(): Promise<void> {
    const versions = await this.#source.versions();
    const wanted = versions.reverse().find((version) => this.#mayLoad(version));
    if (wanted === undefined || wanted === this.#current?.served.version || this.#closed) return;
    await this.#load(wanted);
  }

  #mayLoad(version: number): boolean {
    const failed = this.#failures.get(version);
    if (!failed) return true;
    return failed.count < MAX_LOADS && Date.now() - failed.at >= (this.#options.retryMs ?? 30_000);
  }

  async #load(version: number): Promise<void> {
    const { log } = this.#options;
    this.#set(version, 'LOADING');
    log(`${this.name}: loading version ${version} from ${this.#source.at(version)}`);
    const started = Date.now();
    try {
      const entry = await this.#source.withFolder(version, (folder) => this.#open(version, folder));
      const old = this.#current;
      this.#current = entry;
      this.#failures.delete(version);
      this.#set(version, 'AVAILABLE');
      log(`${this.name}: version ${version} is available after ${Date.now() - started} ms`);
      if (old) await this.#unloadIdle(old);
    } catch (error) {
      const { message } = error as Error;
      this.#failures.set(version, { count: (this.#failures.get(version)?.count ?? 0) + 1, at: Date.now() });
      this.#set(version, 'END', message);
      log(`${this.name}: version ${version} cannot be loaded: ${message}`);
    }
  }

  async #open(version: number, folder: string): Promise<Entry> {
    const metaGraph = await readSavedModel(folder);
    const model = await loadModel(folder, (reason) => this.#lost(version, reason));
    const run = batched(model);
    const { signatures } = model;
    const features = await readFeatureTypes(folder, signatures);
    const served: ServedVersion = { version, metaGraph, signatures, features, run };
    return { served, model, users: 0 };
  }

  /** Its thread ended by itself: the next poll loads it anew. */
  #lost(version: number, reason: string): void {
    if (this.#current?.served.version !== version) return;
    this.#current = undefined;
    this.#set(version, 'END', reason);
    this.#options.log(`${this.name}: version ${version} was lost: ${reason}`);
  }

  async #unloadIdle(entry: Entry): Promise<void> {
    const { version } = entry.served;
    if (entry.users > 0) {
      this.#set(version, 'UNLOADING');
      return;
    }
    await entry.model.close();
    this.#set(version, 'END');
    this.#options.log(`${this.name}: version ${version} is unloaded`);
  }

  #set(version: number, state: VersionState, error = ''): void {
    this.#statuses.set(version, { version, state, error });
    const ended = this.statuses().filter((status) => status.state === 'END');
    for (const { version: old } of ended.slice(MAX_ENDED)) this.#statuses.delete(old);
  }
}
