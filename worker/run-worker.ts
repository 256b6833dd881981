import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { PipelineError } from '../errors/pipeline-error.js';
import { statePaths } from '../local/state.js';
import { type LoadedConfig, loadConfig } from './load-config.js';
import { deploymentOfEnvironment, type WorkerDeployment } from './deployment.js';
import { TfxPlugin } from './plugin.js';
import { bundleWorkflows } from './workflow-bundle.js';

export interface RunWorkerOptions {
  /** (Default: the nearest tfx.config.ts) */
  readonly config?: LoadedConfig;
  /** Called when the worker polls. */
  readonly onReady?: (facts: WorkerFacts) => void;
}

export interface WorkerFacts {
  readonly taskQueue: string;
  readonly address: string;
  readonly namespace: string;
}

/**
 * Runs a project's worker until it is told to stop by SIGINT or SIGTERM: running work gets ten seconds to end, then is
 * cancelled and goes on elsewhere. Reads TEMPORAL_ADDRESS and the like, and DATABASE_URL.
 * @throws PipelineError CONFIG_*, WORKFLOW_BUNDLE_FAILED, TEMPORAL_UNAVAILABLE
 */
export async function runWorker(options: RunWorkerOptions = {}): Promise<void> {
  const config = options.config ?? (await loadConfig());
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
  const address = connectionOptions.address ?? '127.0.0.1:7233';
  const [bundle, connection] = await Promise.all([
    bundleWorkflows(config.pipelines, config.root, statePaths().bundles),
    connectNative({ ...connectionOptions, address }),
  ]);
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
    const running = worker.run();
    options.onReady?.({ taskQueue: config.taskQueue, address, namespace });
    await running;
  } finally {
    await connection.close();
  }
}

function pluginOf(config: LoadedConfig, deployment: WorkerDeployment | undefined): TfxPlugin {
  const { artifactRoot, modules, components, destinations, inputRoots, resources, heavy } = config;
  return new TfxPlugin({
    artifactRoot,
    modules,
    components,
    resources,
    heavy,
    ...(destinations === undefined ? {} : { destinations }),
    ...(inputRoots === undefined ? {} : { inputRoots }),
    ...(deployment === undefined ? {} : { deployment }),
  });
}

async function connectNative(
  options: Parameters<typeof NativeConnection.connect>[0] & { address: string },
): Promise<NativeConnection> {
  // Once per process, before the first connection.
  Runtime.install({ shutdownSignals: ['SIGINT', 'SIGTERM'] });
  try {
    return await NativeConnection.connect(options);
  } catch (cause) {
    throw new PipelineError('TEMPORAL_UNAVAILABLE', {
      what: `No Temporal server answers at ${options.address}: ${cause instanceof Error ? cause.message : String(cause)}`,
      cause,
    });
  }
}
