import { availableParallelism } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { activityInfo } from '@temporalio/activity';
import type { ClientOptions, ClientPlugin, ConnectionPlugin } from '@temporalio/client';
import {
  type BundleOptions,
  type BundlerPlugin,
  type NativeConnectionPlugin,
  type ReplayWorkerOptions,
  Worker,
  type WorkerOptions,
  type WorkerPlugin,
} from '@temporalio/worker';
import { createActivities, createExecutorActivities, type Activities } from '../activities/index.js';
import type { Duration } from '../components/contract.js';
import type { BeginRequest } from '../activities/protocol.js';
import type { CacheOptions } from '../artifacts/index.js';
import { PipelineError } from '../errors/pipeline-error.js';
import { statePaths } from '../local/state.js';
import { traceStarts } from '../client/trace-starts.js';
import { activityMetrics } from './activity-metrics.js';
import type { ResourceLimits } from './config.js';
import { deploymentOptions, type WorkerDeployment } from './deployment.js';
import { cacheOptions, placeIn, rootUri } from './load-config.js';
import { type OpenRuntime, openRuntime, type RuntimeFacts } from './runtime.js';
import { activitySpans } from './tracing/activity-spans.js';
import { traceSinks } from './tracing/run-spans.js';
import { searchableBy } from './searchable.js';
import { traceInterceptors } from './workflow-bundle.js';

export interface TfxPluginOptions {
  /** Lineage's Postgres, migrated. (Default: `DATABASE_URL`) */
  readonly databaseUrl?: string;
  /** Where payloads lie: a folder or URI. (Default: `artifacts` in the state folder) */
  readonly artifactRoot?: string;
  /** Where this machine keeps copies of payloads that lie on S3. (Default: 10 GiB in `cache` in the state folder) */
  readonly artifactCache?: Partial<CacheOptions>;
  /** User code by name: file paths or URLs, e.g. `new URL('./module.ts', import.meta.url)`. */
  readonly modules?: Readonly<Record<string, string | URL>>;
  /** Files that export implementations of your own components, or other executors of standard ones. */
  readonly components?: readonly (string | URL)[];
  /** Folders or `s3://` URIs below which Pusher may write. (Default: anywhere) */
  readonly destinations?: readonly string[];
  /** Folders or `s3://` URIs below which inputs must lie. (Default: anywhere) */
  readonly inputRoots?: readonly string[];
  readonly resources?: ResourceLimits;
  /** False: heavy components run on the worker's own task queue. (Default: a second worker on `<task queue>-heavy`) */
  readonly heavy?: boolean;
  /** Makes the worker, and the heavy one beside it, a version of a worker deployment. (Default: unversioned) */
  readonly deployment?: WorkerDeployment;
  /** Where bundles of user code are kept. (Default: in the state folder) */
  readonly bundleFolder?: string;
}

/** Heartbeats are sent at most this often: it bounds how long a cancellation takes and how much a killed training loses. */
const HEARTBEAT_THROTTLE = '2 seconds';

/** How long a workflow waits for the very worker that has it in memory, before any other takes it over. */
const STICKY_TIMEOUT = '2 seconds';

/** The task queue for heavy components, beside a worker's own. */
export const heavyTaskQueue = (taskQueue: string): string => `${taskQueue}-heavy`;

type WorkerActivities = Readonly<Record<string, (...args: never[]) => Promise<unknown>>>;

/**
 * Adds this project's activities to any Temporal worker: `Worker.create({ …, plugins: [new TfxPlugin({ … })] })`.
 * Give it to the worker or to its connection; given to both it is applied once. Workflow bundles need nothing of it.
 */
export class TfxPlugin implements WorkerPlugin, BundlerPlugin, ClientPlugin, ConnectionPlugin, NativeConnectionPlugin {
  readonly name = 'tfx-temporal.TfxPlugin';
  readonly #facts: RuntimeFacts;
  readonly #heavy: boolean;
  readonly #deployment: WorkerDeployment | undefined;
  #runtime: OpenRuntime | undefined;
  #running = 0;
  /** Our own functions among all that a worker has, so that a second application is seen. */
  readonly #applied = new WeakSet();
  readonly #runs = new WeakSet<Worker>();
  readonly #starts = traceStarts();
  readonly #options = new Map<string, WorkerOptions>();

  constructor(options: TfxPluginOptions = {}) {
    this.#facts = factsOf(options);
    this.#heavy = options.heavy ?? true;
    this.#deployment = options.deployment;
  }

  /** @throws PipelineError ACTIVITY_NAME_TAKEN */
  async configureWorker(options: WorkerOptions): Promise<WorkerOptions> {
    const given = (options.activities ?? {}) as WorkerActivities;
    if (Object.values(given).some((activity) => this.#applied.has(activity))) return options;
    const searchable = searchableBy(options);
    const ours = this.#beginning(await createActivities(this.#open()), searchable);
    const taken = Object.keys(ours).filter((name) => Object.hasOwn(given, name));
    if (taken.length > 0) {
      throw new PipelineError('ACTIVITY_NAME_TAKEN', {
        what: `The worker on '${options.taskQueue}' has activities of its own named ${taken.join(', ')}`,
        details: { names: taken },
      });
    }
    const activities = { ...given, ...ours };
    const isOurs = (type: string): boolean => type in ours;
    for (const activity of Object.values(ours)) this.#applied.add(activity);
    const configured = {
      maxHeartbeatThrottleInterval: HEARTBEAT_THROTTLE,
      stickyQueueScheduleToStartTimeout: STICKY_TIMEOUT,
      ...(this.#deployment === undefined ? {} : deploymentOptions(this.#deployment)),
      ...options,
      activities,
      interceptors: {
        ...options.interceptors,
        activity: [activitySpans(isOurs), ...(options.interceptors?.activity ?? []), activityMetrics(isOurs)],
      },
      sinks: { ...options.sinks, ...traceSinks() },
    } satisfies WorkerOptions;
    this.#options.set(options.taskQueue, configured);
    return configured;
  }

  /** Replays call what workflows call; nothing of it is recorded. */
  configureReplayWorker(options: ReplayWorkerOptions): ReplayWorkerOptions {
    return { ...options, sinks: { ...options.sinks, ...traceSinks() } };
  }

  /** Lets workflows hand traces on. */
  configureBundler(options: BundleOptions): BundleOptions {
    const modules = options.workflowInterceptorModules ?? [];
    return modules.includes(traceInterceptors)
      ? options
      : { ...options, workflowInterceptorModules: [...modules, traceInterceptors] };
  }

  /** Lets starts be traced. */
  configureClient(options: ClientOptions): ClientOptions {
    const { workflow = [], ...others } = options.interceptors ?? {};
    if (!Array.isArray(workflow) || workflow.includes(this.#starts)) return options;
    return { ...options, interceptors: { ...others, workflow: [...workflow, this.#starts] } };
  }

  /** Runs the heavy worker beside the user's own, and closes what the activities stand on after the last. */
  async runWorker(worker: Worker, next: (worker: Worker) => Promise<void>): Promise<void> {
    if (this.#runs.has(worker)) return await next(worker);
    this.#runs.add(worker);
    this.#running++;
    this.#open().warm();
    try {
      const heavy = await this.#createHeavyWorker(worker.options.taskQueue);
      await (heavy === undefined ? next(worker) : runBoth(worker, heavy, next));
    } finally {
      if (--this.#running === 0) {
        await this.#runtime?.close();
        this.#runtime = undefined;
      }
    }
  }

  #open(): OpenRuntime {
    return (this.#runtime ??= openRuntime(this.#facts));
  }

  /** What begin answers tells the workflow where heavy executors run, and whether search attributes are registered. */
  #beginning(activities: Activities, searchable: () => Promise<boolean>): Activities {
    const begin = activities['tfx.begin'];
    return {
      ...activities,
      'tfx.begin': async (request: BeginRequest) => ({
        ...(await begin(request)),
        ...(this.#heavy ? { heavyTaskQueue: heavyTaskQueue(activityInfo().taskQueue) } : {}),
        ...((await searchable()) ? { searchable: true } : {}),
      }),
    } as Activities;
  }

  async #createHeavyWorker(taskQueue: string): Promise<Worker | undefined> {
    const options = this.#options.get(taskQueue);
    if (!this.#heavy || options === undefined) return undefined;
    const { connection, namespace, identity, interceptors, dataConverter, workerDeploymentOptions } = options;
    // Durations are typed by a package that is not installed with the SDK.
    const shutdownGraceTime = options.shutdownGraceTime as Duration | undefined;
    const shutdownForceTime = options.shutdownForceTime as Duration | undefined;
    const runtime = this.#open();
    const activities = await createExecutorActivities(runtime, runtime.components);
    for (const activity of Object.values(activities)) this.#applied.add(activity);
    return await Worker.create({
      ...defined({ connection, namespace, identity, shutdownGraceTime, shutdownForceTime, dataConverter }),
      ...defined({ workerDeploymentOptions }),
      ...(interceptors?.activity === undefined ? {} : { interceptors: { activity: interceptors.activity } }),
      taskQueue: heavyTaskQueue(taskQueue),
      activities,
      maxConcurrentActivityTaskExecutions: this.#facts.resources.heavySlots ?? availableParallelism(),
      maxHeartbeatThrottleInterval:
        (options.maxHeartbeatThrottleInterval as Duration | undefined) ?? HEARTBEAT_THROTTLE,
    });
  }
}

/** The end of either worker, wanted or not, ends the other. */
async function runBoth(worker: Worker, heavy: Worker, next: (worker: Worker) => Promise<void>): Promise<void> {
  const heavyEnds = heavy.run().finally(() => shutDown(worker));
  try {
    await next(worker);
  } finally {
    shutDown(heavy);
    await heavyEnds;
  }
}

function shutDown(worker: Worker): void {
  if (worker.getState() === 'RUNNING') worker.shutdown();
}

function factsOf(options: TfxPluginOptions): RuntimeFacts {
  const paths = statePaths();
  const databaseUrl = options.databaseUrl ?? process.env['DATABASE_URL'];
  if (databaseUrl === undefined || databaseUrl === '') {
    throw new PipelineError('CONFIG_INVALID', {
      what: 'TfxPlugin has no database: neither `databaseUrl` nor DATABASE_URL is set',
      fix: 'Set DATABASE_URL=postgres://…, and run `tfx-temporal migrate` once.',
    });
  }
  return {
    databaseUrl,
    artifactRoot: rootUri(options.artifactRoot ?? paths.artifacts, process.cwd()),
    artifactCache: cacheOptions(options.artifactCache, process.cwd()),
    modules: Object.fromEntries(Object.entries(options.modules ?? {}).map(([name, file]) => [name, pathOf(file)])),
    components: (options.components ?? []).map(pathOf),
    ...(options.destinations === undefined ? {} : { destinations: options.destinations }),
    ...(options.inputRoots === undefined ? {} : { inputRoots: options.inputRoots.map((root) => placeIn('.', root)) }),
    resources: options.resources ?? {},
    bundleFolder: options.bundleFolder ?? paths.bundles,
  };
}

const pathOf = (file: string | URL): string =>
  file instanceof URL || file.startsWith('file:') ? fileURLToPath(file) : path.resolve(file);

function defined<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
