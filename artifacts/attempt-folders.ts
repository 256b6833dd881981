import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { AttemptFolder } from './store.js';
import { pathToUri } from './uri.js';

/** `<pipeline>/<node>/<output>/<executionId>/<nonce>` */
const DEPTH_OF_EXECUTION = 4;

/** Walks a root down to the attempts' folders; whatever else lies there is not ours and is passed over. */
export async function* listAttempts(root: string): AsyncIterable<AttemptFolder> {
  yield* walk(root, 1);
}

async function* walk(folder: string, depth: number): AsyncIterable<AttemptFolder> {
  for (const entry of await foldersIn(folder)) {
    const path = join(folder, entry.name);
    if (depth < DEPTH_OF_EXECUTION) yield* walk(path, depth + 1);
    else if (/^\d+$/.test(entry.name)) yield* attemptsOf(path, Number(entry.name));
  }
}

async function* attemptsOf(folder: string, executionId: number): AsyncIterable<AttemptFolder> {
  for (const entry of await foldersIn(folder)) {
    const path = join(folder, entry.name);
    const size = await measure(path);
    if (size !== undefined) yield { uri: pathToUri(path), executionId, ...size };
  }
}

async function foldersIn(folder: string): Promise<readonly Dirent[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory());
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

interface Size {
  readonly bytes: number;
  readonly modifiedMs: number;
}

/** Undefined when the folder is removed meanwhile. */
async function measure(folder: string): Promise<Size | undefined> {
  try {
    const paths = [folder, ...(await readdir(folder, { recursive: true })).map((path) => join(folder, path))];
    let bytes = 0;
    let modifiedMs = 0;
    for (const path of paths) {
      const { size, mtimeMs } = await lstat(path);
      bytes += size;
      modifiedMs = Math.max(modifiedMs, mtimeMs);
    }
    return { bytes, modifiedMs };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
