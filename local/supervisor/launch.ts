import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lockWords } from '../process/file-lock.js';
import { openLog } from '../servers/server-log.js';
import type { StatePaths } from '../state.js';
import { childEnvironment } from './child-environment.js';

/** Starts a supervisor in a session of its own, so that it survives the command and its terminal. It ends at once when one runs already. */
export function launchSupervisor(paths: StatePaths): ChildProcess {
  const main = fileURLToPath(new URL('./main.js', import.meta.url));
  const words = [...lockWords(paths.lock, false), process.execPath, main, paths.state];
  const log = openLog(supervisorLog(paths));
  const child = spawn(words[0] ?? process.execPath, words.slice(1), {
    cwd: '/',
    detached: true,
    env: { ...childEnvironment(paths.state), TFX_TEMPORAL_TOOLS: paths.tools },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  child.on('error', () => undefined);
  child.unref();
  return child;
}

export function supervisorLog(paths: StatePaths): string {
  return join(paths.logs, 'supervisor.log');
}
