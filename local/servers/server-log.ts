import { openSync, readFileSync, renameSync, statSync } from 'node:fs';

/** A log that has grown over this many bytes is set aside as `.old` at the next start. */
const MAX_BYTES = 16 * 1024 * 1024;

/** A file descriptor to append to a log, for a child's output. */
export function openLog(path: string): number {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > MAX_BYTES) renameSync(path, `${path}.old`);
  return openSync(path, 'a', 0o600);
}

/** The last lines of a log. */
export function lastLines(path: string, count: number): string[] {
  try {
    return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-count);
  } catch {
    return [];
  }
}
