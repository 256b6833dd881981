import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { findSystemProgram } from './find-program.js';

/** What the kernel sends to the child when its parent dies. QUIT makes Postgres end all its processes at once. */
export type DeathSignal = 'KILL' | 'QUIT';

export interface BoundSpawnOptions extends SpawnOptions {
  readonly deathSignal?: DeathSignal;
}

/**
 * The words before a command that make the kernel end it with its parent, even when the parent is killed by SIGKILL
 * and can clean up nothing itself. Empty where `setpriv` is missing (not Linux): there the child may be left over.
 */
export function deathBond(signal: DeathSignal = 'KILL'): readonly string[] {
  const setpriv = findSystemProgram('setpriv');
  return setpriv === undefined ? [] : [setpriv, '--pdeathsig', signal, '--'];
}

/**
 * Starts a process that does not outlive this one. Call it from the main thread only: the bond is with the thread.
 */
export function spawnBound(command: string, args: readonly string[], options: BoundSpawnOptions = {}): ChildProcess {
  const { deathSignal, ...rest } = options;
  const [program, ...words] = [...deathBond(deathSignal), command, ...args];
  return spawn(program ?? command, words, rest);
}
