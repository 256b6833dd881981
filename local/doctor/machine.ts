import { findSystemProgram } from '../process/find-program.js';
import { isWheelPlatform } from '../provision/platform.js';
import { findPython } from '../provision/python.js';
import type { CheckResult } from './doctor.js';

/** The oldest Node.js that this project runs on, as in package.json's `engines`. */
const OLDEST_NODE = [20, 3] as const;

export function checkNode(): CheckResult {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isRecent = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  if (isRecent) return { state: 'ok', found: process.version };
  return { state: 'failed', found: process.version, fix: `Install Node.js ${OLDEST_NODE.join('.')} or later.` };
}

export function checkPlatform(): CheckResult {
  const found = `${process.platform} ${process.arch}`;
  if (isWheelPlatform()) return { state: 'ok', found };
  return {
    state: 'warning',
    found,
    fix: 'Native parts are staged and tested on linux x64 only; elsewhere the tools’ own downloads are used, best effort.',
  };
}

export async function checkPython(): Promise<CheckResult> {
  const python = await findPython();
  if (python !== undefined) return { state: 'ok', found: `Python ${python.version} (${python.path})` };
  return {
    state: 'warning',
    found: 'no Python 3.9 or later with pip',
    fix: 'Only needed to stage what is missing: install python3 with pip, or set TFX_TEMPORAL_PYTHON.',
  };
}

/** Without them a supervisor that is killed by SIGKILL may leave servers running. */
export function checkSystemTools(): CheckResult {
  const missing = ['flock', 'setpriv'].filter((name) => findSystemProgram(name) === undefined);
  if (missing.length === 0) return { state: 'ok', found: 'found' };
  return {
    state: 'warning',
    found: `${missing.join(' and ')} missing: after a kill -9 embedded servers may be left running`,
    fix: 'Install util-linux (Debian and Ubuntu: `apt-get install util-linux`).',
  };
}
