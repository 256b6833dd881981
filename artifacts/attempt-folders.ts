import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { listPayload } from './payload-files.js';
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
    const { bytes, modifiedMs } = await measure(path);
    yield { uri: pathToUri(path), executionId, modifiedMs, bytes };
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

async function measure(folder: string): Promise<{ bytes: number; modifiedMs: number }> {
  const { files } = await listPayload(folder);
  let bytes = 0;
  let modifiedMs = (await stat(folder)).mtimeMs;
  for (const file of files) {
    const { size, mtimeMs } = await stat(join(folder, file));
    bytes += size;
    modifiedMs = Math.max(modifiedMs, mtimeMs);
  }
  return { bytes, modifiedMs };
}
