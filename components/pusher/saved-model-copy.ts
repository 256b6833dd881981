import { constants } from 'node:fs';
import { copyFile, mkdir, open, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { PipelineError } from '../../errors/pipeline-error.js';

/** The file whose presence makes a folder a model to a server: written last. */
export const READINESS = 'saved_model.pb';

/** The files of a folder by relative path, sorted. */
export async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}

/** Copies a SavedModel, `saved_model.pb` last, and makes it durable. @throws PUSH_MODEL_MISSING */
export async function copySavedModel(source: string, target: string, signal: AbortSignal): Promise<void> {
  const files = await modelFiles(source);
  for (const file of [...files.filter((name) => name !== READINESS), READINESS]) {
    signal.throwIfAborted();
    const copy = path.join(target, file);
    await mkdir(path.dirname(copy), { recursive: true });
    // A clone where the file system can, e.g. XFS and Btrfs.
    await copyFile(path.join(source, file), copy, constants.COPYFILE_FICLONE);
    await sync(copy);
  }
  await sync(target);
}

/** The files of a SavedModel by relative path, sorted. @throws PUSH_MODEL_MISSING */
export async function modelFiles(source: string): Promise<string[]> {
  try {
    await stat(path.join(source, READINESS));
    return await filesOf(source);
  } catch (cause) {
    throw new PipelineError('PUSH_MODEL_MISSING', { what: `${source} has no ${READINESS}.`, cause });
  }
}

/** Brings a file or a folder's entries to disk, so that a power cut after the rename leaves no empty files. */
export async function sync(place: string): Promise<void> {
  const handle = await open(place, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
