import { PipelineError } from '../../errors/pipeline-error.js';
import { findProgram } from '../process/find-program.js';
import { runCommand } from '../process/run-command.js';

export interface Python {
  readonly path: string;
  /** For example `3.11.7`. */
  readonly version: string;
}

const NAMES = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python3.9', 'python'];
/** Also tells the program itself: a version manager's shim is a script, which would leave pip behind when it is killed. */
const PROBE = `
import sys, pip
assert sys.version_info >= (3, 9)
print(".".join(map(str, sys.version_info[:3])), sys.executable)
`;

/** The first Python 3.9 or later that has pip; `undefined` when there is none. */
export async function findPython(): Promise<Python | undefined> {
  const named = process.env['TFX_TEMPORAL_PYTHON'];
  const candidates = named === undefined ? NAMES.map(findProgram) : [named];
  for (const path of candidates) {
    if (path === undefined) continue;
    const { code, stdout } = await runCommand(path, ['-c', PROBE], { timeoutMs: 20_000 });
    const [, version, executable] = /^(\S+) (.+)$/m.exec(stdout) ?? [];
    if (code === 0 && version !== undefined && executable !== undefined) return { path: executable, version };
  }
  return undefined;
}

/** @throws PipelineError LOCAL_PYTHON_MISSING */
export async function requirePython(needed: string): Promise<Python> {
  const python = await findPython();
  if (python !== undefined) return python;
  throw new PipelineError('LOCAL_PYTHON_MISSING', { what: `Python 3.9 or later with pip is needed to get ${needed}.` });
}
