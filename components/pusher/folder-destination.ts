import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { PipelineError } from '../../errors/pipeline-error.js';
import type { Destination, PreparedModel } from './destination.js';
import { sameContent } from './same-content.js';
import { copySavedModel, sync } from './saved-model-copy.js';
import { ABANDONED_MS, temporaryName } from './temporary-name.js';
import { listVersions } from './versions.js';

/** A folder that model servers watch. One rename makes a version visible. */
export function folderDestination(folder: string): Destination {
  const at = (version: number): string => path.join(folder, String(version));
  return {
    place: folder,
    at,
    versions: () => listVersions(folder),
    holds: (version, staged) => sameContent(at(version), staged),
    prepare: (attempt, staged, signal) => prepare(folder, attempt, staged, signal),
    describe: (error) => unwritable(error, folder),
  };
}

async function prepare(folder: string, attempt: string, staged: string, signal: AbortSignal): Promise<PreparedModel> {
  const temporary = path.join(folder, temporaryName(attempt));
  const discard = (): Promise<void> => rm(temporary, { recursive: true, force: true });
  try {
    await discard();
    await mkdir(temporary, { recursive: true });
    await copySavedModel(staged, temporary, signal);
  } catch (error) {
    await discard().catch(() => undefined);
    throw error;
  }
  const show = async (version: number): Promise<void> => {
    await renameOnce(temporary, path.join(folder, String(version)));
    await sync(folder);
    await sweep(folder);
  };
  return { show, discard };
}

/** Removes what attempts that were killed long ago left. */
async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(temporaryName(''))) continue;
    const left = path.join(folder, name);
    const facts = await stat(left).catch(() => undefined);
    if (facts && Date.now() - facts.mtimeMs > ABANDONED_MS) await rm(left, { recursive: true, force: true });
  }
}

async function renameOnce(temporary: string, target: string): Promise<void> {
  try {
    await rename(temporary, target);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw cause;
    throw new PipelineError('PUSH_VERSION_TAKEN', { what: `${target} is there already.`, cause });
  }
}

const UNWRITABLE = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'ENOTDIR', 'EEXIST', 'EIO', 'ESTALE']);

function unwritable(error: unknown, destination: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined || !UNWRITABLE.has(code)) return error;
  return new PipelineError('PUSH_DESTINATION_UNWRITABLE', {
    what: `${destination} cannot be written: ${(error as Error).message}.`,
    details: { destination, code },
    cause: error,
  });
}
