import type { Artifact, Properties } from '../artifacts/artifact.js';
import type { Contract, Inputs, ParametersOf } from './contract.js';
import type { PartsOf } from './parts.js';

/** An input artifact whose payload lies on a local path (fetched there when its store is remote). Read only. */
export interface InputArtifact extends Artifact {
  /** The payload folder. */
  readonly path: string;
  /** The `Split-<name>` folders of the payload, sorted by name; empty for types without splits. */
  readonly splits: readonly { readonly name: string; readonly path: string }[];
}

/** Where one output's payload goes: a fresh, empty folder of this attempt alone. */
export interface OutputPlace {
  /** The payload folder. */
  readonly path: string;
  /** A file's absolute path inside the payload; its parent folders are made. */
  file(relativePath: string): string;
}

export interface ProgressReport {
  /** What is being done, e.g. `epoch` or `train`. */
  readonly phase?: string;
  readonly done?: number;
  /** Unknown totals are left out. */
  readonly total?: number;
  /** What `done` counts, e.g. `rows`, `epochs`. */
  readonly unit?: string;
  /** Small facts worth seeing at once, e.g. `loss 0.213`. */
  readonly message?: string;
}

/** The durable middle of a long executor: each attempt writes to a folder of its own. */
export interface Checkpoints {
  /** The folder and detail that the last accepted checkpoint of an earlier attempt left, if any. Read only. */
  readonly resume: { readonly path: string; readonly detail: unknown } | undefined;
  /** This attempt's own folder. */
  readonly path: string;
  /**
   * Makes what lies in `path` the checkpoint to resume from. `detail` is small JSON, e.g. the epoch. The files may be
   * read, and copied to a remote store, at any time from then on: write later ones beside and rename them.
   */
  save(detail: unknown): void;
}

/** Bounds for one execution, from the worker's configuration. */
export interface Resources {
  readonly threads: number;
  /** DuckDB's memory limit, in MiB. */
  readonly memoryLimitMiB: number;
  /** An empty folder, removed after the attempt. */
  readonly temporaryPath: string;
}

/** Loads a registered module's exports, fresh in this thread. */
export type LoadModule = (name: string) => Promise<Readonly<Record<string, unknown>>>;

export type ResolvedInputs<I extends Inputs> = {
  readonly [K in keyof I]: I[K]['arity'] extends 'one'
    ? InputArtifact
    : I[K]['arity'] extends 'optional'
      ? InputArtifact | undefined
      : readonly InputArtifact[];
};

export interface ExecutorContext<C extends Contract> {
  readonly inputs: ResolvedInputs<C['inputs']>;
  /** Checked, with defaults filled in, and with what the driver added. */
  readonly parameters: ParametersOf<C>;
  readonly outputs: { readonly [K in keyof C['outputs']]: OutputPlace };
  readonly loadModule: LoadModule;
  readonly progress: (report: ProgressReport) => void;
  readonly checkpoints: Checkpoints;
  /** Aborted on cancellation and worker shutdown: stop soon, leave no process behind. */
  readonly signal: AbortSignal;
  readonly resources: Resources;
  /** Facts for naming things; never let them change an output's bytes. */
  readonly execution: { readonly pipeline: string; readonly node: string; readonly executionId: number };
  /** Things of other rooms that a component needs at run time, e.g. a server launcher; handed in by the worker. */
  readonly services: Services;
}

/** Extended by the rooms that hand services in (declaration merging). */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface Services {}

export interface ExecutorResult<C extends Contract = Contract> {
  /** One line for people: `3 splits, 4898 rows`. */
  readonly summary: string;
  /** The outputs' properties by channel. */
  readonly properties?: { readonly [K in keyof C['outputs']]?: Properties };
  /** Numbers worth comparing between runs, e.g. `{ rows: 4898 }` or evaluation metrics. */
  readonly metrics?: Readonly<Record<string, number>>;
}

export type Executor<C extends Contract> = (context: ExecutorContext<C>) => Promise<ExecutorResult<C>>;

/** A model with its newest blessing, as resolvers see it. */
export interface BlessedModel {
  readonly model: Artifact;
  readonly blessing: Artifact;
}

/** What a driver may ask the lineage store. Reads only. */
export interface LineageReader {
  /** The pipeline's blessed models, newest first. */
  blessedModels(pipeline: string): Promise<readonly BlessedModel[]>;
  artifact(id: number): Promise<Artifact | undefined>;
  /** The pipeline's live artifacts of a type, newest first. */
  artifacts(pipeline: string, type: string, limit?: number): Promise<readonly Artifact[]>;
}

export interface DriverContext<C extends Contract> {
  readonly inputs: { readonly [K in keyof C['inputs']]: readonly Artifact[] };
  readonly parameters: ParametersOf<C>;
  /** Places for what a driver-only component makes itself (`importSchema`). */
  readonly outputs: { readonly [K in keyof C['outputs']]: OutputPlace };
  readonly pipeline: string;
  readonly node: string;
  /** The run's nominal time (ISO), e.g. a schedule's. */
  readonly nominalTime: string;
  /** The span that the run was started for by number, when it was. */
  readonly span?: number;
  /** Folders below which inputs must lie. (Default: anywhere) */
  readonly inputRoots?: readonly string[];
  readonly lineage: LineageReader;
  readonly loadModule: LoadModule;
  readonly signal: AbortSignal;
}

export interface DriverResult<C extends Contract = Contract> {
  /** Parameters as the executor shall see them, e.g. with span patterns resolved. They enter the fingerprint. */
  readonly parameters?: Partial<ParametersOf<C>>;
  /** What only the outside knows, by name, e.g. `input: sha256…`. Enters the fingerprint; shown by `show`. */
  readonly fingerprint?: Readonly<Record<string, string>>;
  /** Driver-only components: existing artifacts by channel; a channel with none is left undefined. */
  readonly reuse?: { readonly [K in keyof C['outputs']]?: Artifact };
  /** Driver-only components: properties of what the driver wrote into `outputs` itself, by channel. */
  readonly properties?: { readonly [K in keyof C['outputs']]?: Properties };
  /** Driver-only components: an artifact at a place outside the artifact root, taken as it is (`importer`). */
  readonly external?: {
    readonly [K in keyof C['outputs']]?: {
      readonly uri: string;
      readonly type?: string;
      readonly properties: Properties;
    };
  };
  readonly summary?: string;
}

export type Driver<C extends Contract> = (context: DriverContext<C>) => Promise<DriverResult<C>>;

export interface PublisherContext<C extends Contract> {
  readonly result: ExecutorResult<C>;
  readonly inputs: { readonly [K in keyof C['inputs']]: readonly Artifact[] };
}

/** Extra properties of the outputs, computed when they are published, by channel. */
export type PublishedProperties<C extends Contract> = { readonly [K in keyof C['outputs']]?: Properties };

export type Publisher<C extends Contract> = (context: PublisherContext<C>) => PublishedProperties<C>;

export interface Implementation<C extends Contract = Contract> {
  readonly contract: C;
  // Methods, not properties: so that an implementation of one contract is an implementation of some contract.
  driver?(context: DriverContext<C>): Promise<DriverResult<C>>;
  executor?(context: ExecutorContext<C>): Promise<ExecutorResult<C>>;
  publisher?(context: PublisherContext<C>): PublishedProperties<C>;
  readonly parts?: PartsOf<C>;
}

/** Binds code to a contract: TFX's three parts, of which most components need the executor only. */
export function implement<C extends Contract>(
  contract: C,
  parts: Executor<C> | Omit<Implementation<C>, 'contract'>,
): Implementation<C> {
  return typeof parts === 'function' ? { contract, executor: parts } : { contract, ...parts };
}
