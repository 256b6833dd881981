import { availableParallelism, totalmem } from 'node:os';
import type { ActivityRuntime } from '../activities/runtime.js';
import { openStore, type CacheOptions } from '../artifacts/index.js';
import { openLineage } from '../lineage/index.js';
import { bundleUserCode } from './bundle-user-code.js';
import type { ResourceLimits } from './config.js';
import { executorRunner } from './executor-runner.js';
import { implementationsOf } from './implementations.js';
import { BundledModules } from './module-registry.js';
import { ThreadRunner } from './threads/thread-runner.js';

/** All that a worker's activities stand on. */
export interface RuntimeFacts {
  /** Lineage's Postgres; migrated. */
  readonly databaseUrl: string;
  /** A `file:` or `s3:` URI. */
  readonly artifactRoot: string;
  /** Where copies of payloads on S3 are kept. */
  readonly artifactCache: CacheOptions;
  /** Module name to absolute path. */
  readonly modules: Readonly<Record<string, string>>;
  /** Absolute paths of files that export implementations. */
  readonly components: readonly string[];
  readonly destinations?: readonly string[];
  readonly inputRoots?: readonly string[];
  readonly resources: ResourceLimits;
  /** Where bundles of user code are kept. */
  readonly bundleFolder: string;
}

export interface OpenRuntime extends ActivityRuntime {
  /** Lets executors start faster. */
  warm(): void;
  close(): Promise<void>;
}

/** Opens what the activities need: the lineage store, the artifact store, the modules, the executors' threads. */
export function openRuntime(facts: RuntimeFacts): OpenRuntime {
  limitTensorFlowThreads();
  const modules = new BundledModules(facts.modules, facts.bundleFolder);
  const componentBundles = bundleOnce(facts.components, facts.bundleFolder);
  const components = implementationsOf(componentBundles);
  const threads = new ThreadRunner({ bundleModule: (name) => modules.bundle(name), componentBundles });
  const lineage = openLineage(facts.databaseUrl);
  return {
    lineage,
    store: openStore(facts.artifactRoot, facts.artifactCache),
    modules,
    components,
    runner: executorRunner(components, modules, threads),
    resources: boundsOf(facts.resources),
    ...(facts.destinations === undefined ? {} : { destinations: facts.destinations }),
    ...(facts.inputRoots === undefined ? {} : { inputRoots: facts.inputRoots }),
    warm: () => threads.warm(),
    close: async () => {
      await threads.close();
      await lineage.close();
    },
  };
}

function bundleOnce(files: readonly string[], folder: string): () => Promise<{ url: string; digest: string }[]> {
  let bundles: Promise<{ url: string; digest: string }[]> | undefined;
  return () =>
    (bundles ??= Promise.all(
      files.map(async (file) => {
        const { url, digest } = await bundleUserCode(file, folder);
        return { url, digest };
      }),
    ));
}

/**
 * Training is deterministic with one TensorFlow thread. libtensorflow reads this when it is first loaded in the process,
 * from the real environment, so it must be set before any thread loads it.
 */
function limitTensorFlowThreads(): void {
  process.env['TF_NUM_INTRAOP_THREADS'] ??= '1';
  process.env['TF_NUM_INTEROP_THREADS'] ??= '1';
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
}

const BYTES_PER_MIB = 1024 * 1024;

function boundsOf(limits: ResourceLimits): ActivityRuntime['resources'] {
  return {
    threads: limits.threads ?? availableParallelism(),
    memoryLimitMiB: limits.memoryLimitMiB ?? Math.max(256, Math.floor(totalmem() / BYTES_PER_MIB / 4)),
  };
}
