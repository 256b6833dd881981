import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { PipelineError } from '../errors/pipeline-error.js';
import { migrationStatus } from '../lineage/index.js';
import { statePaths } from '../local/state.js';
import type { TelemetryOptions } from './config.js';
import { type HealthServer, type ReadinessChecks, startHealthServer } from './health-server.js';
import { type LoadedConfig, loadConfig } from './load-config.js';
import { deploymentOfEnvironment, type WorkerDeployment } from './deployment.js';
import { TfxPlugin } from './plugin.js';
import { startSpanExport } from './tracing/export-spans.js';
import { runtimeOptions } from './telemetry.js';
import { bundleWorkflows } from './workflow-bundle.js';

export interface RunWorkerOptions {
  /** (Default: the nearest tfx.config.ts) */
  readonly config?: LoadedConfig;
  /** Wins over the configuration's. */
  readonly telemetry?: TelemetryOptions;
  /** Called when the worker polls. */
  readonly onReady?: (facts: WorkerFacts) => void;
}

export interface WorkerFacts {
  readonly taskQueue: string;
  readonly address: string;
  readonly namespace: string;
  /** Of `/health` and `/ready`. */
  readonly healthUrl?: string;
}

/**
 * Runs a project's worker until it is told to stop by SIGINT or SIGTERM: running work gets ten seconds to end, then is
 * cancelled and goes on elsewhere. Reads TEMPORAL_ADDRESS and the like, and DATABASE_URL.
 * @throws PipelineError CONFIG_*, WORKFLOW_BUNDLE_FAILED, TEMPORAL_UNAVAILABLE
 */
export async function runWorker(options: RunWorkerOptions = {}): Promise<void> {
  const config = options.config ?? (await loadConfig());
  const telemetry = { ...config.telemetry, ...options.telemetry };
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
  const address = connectionOptions.address ?? '127.0.0.1:7233';
  const [bundle, connection] = await Promise.all([
    bundleWorkflows(config.pipelines, config.root, statePaths().bundles),
    connectNative({ ...connectionOptions, address }, telemetry),
  ]);
  const spans = await startSpanExport((sentence) => console.warn(sentence));
  let health: HealthServer | undefined;
  try {
    const worker = await Worker.create({
      connection,
      namespace,
      taskQueue: config.taskQueue,
      workflowBundle: { codePath: bundle.codePath },
      plugins: [pluginOf(config, deploymentOfEnvironment(bundle.codePath))],
      shutdownGraceTime: '10 seconds',
      shutdownForceTime: '30 seconds',
    });
    if (telemetry.health !== undefined)
      health = await startHealthServer(telemetry.health, checksOf(worker, connection));
    const healthUrl = health === undefined ? {} : { healthUrl: health.url };
    const running = worker.run();
    options.onReady?.({ taskQueue: config.taskQueue, address, namespace, ...healthUrl });
    await running;
  } finally {
    await health?.close();
    await connection.close();
    await spans?.close();
  }
}

const LINEAGE_LOOK_MS = 5000;

/** The heavy worker has no line of its own: when it ends, so does this one. */
function checksOf(worker: Worker, connection: NativeConnection): ReadinessChecks {
  let looked = { at: 0, current: false };
  return {
    worker: () => worker.getState() === 'RUNNING',
    temporal: async () => {
      await connection.workflowService.getSystemInfo({});
      return true;
    },
    lineage: async () => {
      if (Date.now() - looked.at > LINEAGE_LOOK_MS) {
        const { compatible } = await migrationStatus(process.env['DATABASE_URL'] ?? '');
        looked = { at: Date.now(), current: compatible };
      }
      return looked.current;
    },
  };
}

function pluginOf(config: LoadedConfig, deployment: WorkerDeployment | undefined): TfxPlugin {
  const { artifactRoot, artifactCache, modules, components, destinations, inputRoots, resources, heavy } = config;
  return new TfxPlugin({
    artifactRoot,
    artifactCache,
    modules,
    components,
    resources,
    heavy,
    destinations,
    ...(inputRoots === undefined ? {} : { inputRoots }),
    ...(deployment === undefined ? {} : { deployment }),
  });
}

async function connectNative(
  options: Parameters<typeof NativeConnection.connect>[0] & { address: string },
  telemetry: TelemetryOptions,
): Promise<NativeConnection> {
  // Once per process, before the first connection.
  Runtime.install(runtimeOptions(telemetry));
  try {
    return await NativeConnection.connect(options);
  } catch (cause) {
    throw new PipelineError('TEMPORAL_UNAVAILABLE', {
      what: `No Temporal server answers at ${options.address}: ${cause instanceof Error ? cause.message : String(cause)}`,
      cause,
    });
  }
}
