import { findSystemProgram } from './find-program.js';

/** A lock that is already held makes the command end with this code. */
export const LOCK_HELD = 97;

/**
 * The words before a command that let it run only while it holds an exclusive lock on a file. The kernel drops the lock
 * when the process ends, however it ends, so no lock can be stale. Empty where `flock` is missing (not Linux).
 *
 * @param wait - wait for the lock, or end at once with code `LOCK_HELD` when another holds it
 */
export function lockWords(file: string, wait: boolean): readonly string[] {
  const flock = findSystemProgram('flock');
  if (flock === undefined) return [];
  const mode = wait ? [] : ['--nonblock', '--conflict-exit-code', String(LOCK_HELD)];
  return [flock, '--exclusive', ...mode, '--no-fork', file];
}
