import type { CacheOptions } from '../artifacts/index.js';

/** What a worker's machine may spend on components. */
export interface ResourceLimits {
  /** Threads of one execution (DuckDB, decoding). (Default: the machine's cores) */
  readonly threads?: number;
  /** DuckDB's memory limit of one execution, in MiB. (Default: a quarter of the machine's memory) */
  readonly memoryLimitMiB?: number;
  /** Heavy components that run at once. (Default: the machine's cores) */
  readonly heavySlots?: number;
}

/** How the project's worker is observed. Options of `tfx-temporal worker` win. */
export interface TelemetryOptions {
  /** `host:port` where Prometheus finds metrics. (Default: no metrics) */
  readonly metrics?: string;
  /** `host:port` of `/health` and `/ready`. (Default: none) */
  readonly health?: string;
  /** `json`: one object a line, for collectors. (Default: `text`) */
  readonly logs?: 'text' | 'json';
}

/** A project's `tfx.config.ts`. Paths are relative to it. */
export interface TfxConfig {
  /** Files that export pipelines. */
  readonly pipelines: readonly string[];
  /** User code by name: `preprocessing`, `run`, `schema`, custom metrics. */
  readonly modules?: Readonly<Record<string, string>>;
  /** Files that export implementations of your own components, or other executors of standard ones. */
  readonly components?: readonly string[];
  /** Where artifacts' payloads lie: a folder or `s3://` URI. (Default: `artifacts` in the state folder) */
  readonly artifactRoot?: string;
  /** Where this machine keeps copies of payloads that lie on S3. (Default: 10 GiB in `cache` in the state folder) */
  readonly artifactCache?: Partial<CacheOptions>;
  /** Folders or `s3://` URIs below which Pusher may write. (Default: the project's folder, and the system's for temporary files) */
  readonly destinations?: readonly string[];
  /** Folders or `s3://` URIs below which inputs must lie. (Default: anywhere) */
  readonly inputRoots?: readonly string[];
  readonly resources?: ResourceLimits;
  readonly telemetry?: TelemetryOptions;
  /** The Temporal task queue. (Default: `tfx`) */
  readonly taskQueue?: string;
  /** False: heavy components run on the same task queue as everything else. (Default: true) */
  readonly heavy?: boolean;
}

/** Gives `tfx.config.ts` its types. */
export function defineConfig(config: TfxConfig): TfxConfig {
  return config;
}
