import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where system tools lie even when PATH is trimmed. */
const SYSTEM_FOLDERS = ['/usr/bin', '/bin', '/usr/sbin', '/sbin'];

/** The path of a program on PATH; `undefined` when there is none. */
export function findProgram(name: string): string | undefined {
  return findIn(name, (process.env['PATH'] ?? '').split(delimiter));
}

/** As `findProgram`, and in the system's own folders when PATH has none. */
export function findSystemProgram(name: string): string | undefined {
  return findProgram(name) ?? findIn(name, SYSTEM_FOLDERS);
}

function findIn(name: string, folders: readonly string[]): string | undefined {
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isExecutableFile);
}

/** Whether a path names a file that this user may execute. */
export function isExecutableFile(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
