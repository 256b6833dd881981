import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../process/run-command.js';
import { downloadWheel } from './download-wheel.js';
import { extractWheel } from './extract-wheel.js';
import { findPackage, requirePackage } from './packages.js';
import { isWheelPlatform } from './platform.js';
import type { Part, ProvisionContext } from './provision-context.js';
import { stage } from './staging.js';
import { compileBinding } from './tensorflow-binding.js';
import { WHEELS } from './wheels.js';

/** The names under which tfjs-node and the linker look for the two libraries. */
const LINKS = {
  'libtensorflow.so': 'libtensorflow_cc.so.2',
  'libtensorflow.so.2': 'libtensorflow_cc.so.2',
  'libtensorflow.so.2.9.1': 'libtensorflow_cc.so.2',
  'libtensorflow_framework.so': 'libtensorflow_framework.so.2',
} as const;

/**
 * libtensorflow for `@tensorflow/tfjs-node`, inside its package folder: `deps/` (libraries and headers) and
 * `lib/napi-v8/tfjs_binding.node`. One pinned version on every machine of the required platform; elsewhere the
 * package's own install script is run, which brings what Google publishes.
 */
export const libtensorflow: Part = {
  async isReady() {
    const folder = findPackage('@tensorflow/tfjs-node')?.folder;
    return folder !== undefined && (await isStaged(folder));
  },
  async make(context) {
    const { folder } = requirePackage('@tensorflow/tfjs-node');
    if (!isWheelPlatform()) {
      await runOwnInstallScript(folder, context);
      return;
    }
    const wheel = await downloadWheel(WHEELS.tensorflow, context);
    const room = join(folder, 'staged');
    await stage(room, (temporary) => build(wheel, folder, temporary, context));
    await put(room, folder);
  },
};

async function isStaged(folder: string): Promise<boolean> {
  if (!existsSync(bindingPath(folder)) || !existsSync(join(folder, 'deps', 'lib', 'libtensorflow.so'))) return false;
  const marker = await readFile(markerPath(folder), 'utf8').catch(() => undefined);
  // Without a marker it is what tfjs-node's own install script made: whoever ran it wanted that.
  return marker === undefined || marker.trim() === WHEELS.tensorflow.sha256;
}

async function build(wheel: string, packageFolder: string, room: string, context: ProvisionContext): Promise<void> {
  context.say('Unpacking libtensorflow 2.15.1 (770 MB)');
  const members = [
    'tensorflow/include/',
    'tensorflow/libtensorflow_cc.so.2',
    'tensorflow/libtensorflow_framework.so.2',
  ];
  await extractWheel(wheel, room, members);
  const libraries = join(room, 'deps', 'lib');
  await mkdir(libraries, { recursive: true });
  await rename(join(room, 'tensorflow', 'include'), join(room, 'deps', 'include'));
  for (const name of new Set(Object.values(LINKS))) await rename(join(room, 'tensorflow', name), join(libraries, name));
  for (const [link, target] of Object.entries(LINKS)) await symlink(target, join(libraries, link));
  await writeFile(markerPath(room), `${WHEELS.tensorflow.sha256}\n`);
  await compileBinding(packageFolder, room, context);
  await rm(join(room, 'deps', 'include'), { recursive: true });
}

/** The binding comes last: it is what `isStaged` and tfjs-node look for first. */
async function put(room: string, folder: string): Promise<void> {
  for (const name of ['lib', 'deps']) await rm(join(folder, name), { recursive: true, force: true });
  for (const name of ['deps', 'lib']) await rename(join(room, name), join(folder, name));
  await rm(room, { recursive: true, force: true });
}

async function runOwnInstallScript(folder: string, context: ProvisionContext): Promise<void> {
  context.say('Installing libtensorflow by tfjs-node’s own script');
  await runCommand(process.execPath, ['scripts/install.js'], {
    cwd: folder,
    onLine: (line) => {
      context.say(`  ${line}`);
    },
  });
}

function bindingPath(folder: string): string {
  return join(folder, 'lib', 'napi-v8', 'tfjs_binding.node');
}

function markerPath(folder: string): string {
  return join(folder, 'deps', '.tfx-temporal-wheel');
}
