import type { WorkerOptions } from '@temporalio/worker';

/** Which version of which deployment a worker is, for Temporal's Worker Versioning: see docs/versioning.md. */
export interface WorkerDeployment {
  /** Of all workers that serve one task queue together, e.g. `tfx`. */
  readonly name: string;
  /** Another one for each release, e.g. a commit. */
  readonly buildId: string;
}

/**
 * Versioning as pipelines want it: a run goes on to its end on the version that it started on. `retrain` says of itself
 * that it moves to the current one.
 */
export function deploymentOptions({ name, buildId }: WorkerDeployment): Pick<WorkerOptions, 'workerDeploymentOptions'> {
  return {
    workerDeploymentOptions: {
      version: { deploymentName: name, buildId },
      useWorkerVersioning: true,
      defaultVersioningBehavior: 'PINNED',
    },
  };
}

/**
 * The deployment that the environment names: `TFX_TEMPORAL_DEPLOYMENT`, and `TFX_TEMPORAL_BUILD_ID` or else the hash of
 * the workflow bundle, which changes with the pipelines and with our release.
 */
export function deploymentOfEnvironment(
  bundlePath: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): WorkerDeployment | undefined {
  const name = environment['TFX_TEMPORAL_DEPLOYMENT'];
  if (name === undefined || name === '') return undefined;
  const given = environment['TFX_TEMPORAL_BUILD_ID'];
  const hash = /workflows-([0-9a-f]+)\.bundle\.js$/.exec(bundlePath)?.[1] ?? 'unknown';
  return { name, buildId: given === undefined || given === '' ? hash : given };
}
