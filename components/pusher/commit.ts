import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { PipelineError } from '../../errors/pipeline-error.js';
import type { Properties } from '../../artifacts/artifact.js';
import { sameContent } from './same-content.js';
import { copySavedModel, sync } from './saved-model-copy.js';
import { listVersions, nextVersion } from './versions.js';

/** What a push left at its destination. */
export interface Pushed {
  /** The base folder, absolute. */
  readonly destination: string;
  readonly version: number;
  /** False: this very model was the newest there already, and nothing was written. */
  readonly written: boolean;
}

export interface PushRequest {
  /** The staged SavedModel: PushedModel's payload. */
  readonly staged: string;
  /** The model's base folder: absolute, and checked to lie below a configured root. */
  readonly destination: string;
  /** The version that begin chose. */
  readonly version: number;
  /** Names this attempt's temporary folder, e.g. `<execution id>-<nonce>`. */
  readonly attempt: string;
  readonly signal: AbortSignal;
}

/**
 * Runs `commit` as the only one for a destination and refuses attempts that were overtaken. After a crash `commit`
 * may run again.
 */
export type PushFence = (destination: string, commit: () => Promise<Pushed>) => Promise<Pushed>;

/**
 * Puts a staged model at `<destination>/<version>/`. The copy is made beside it in `.tmp-<attempt>`, which no server
 * looks at, outside the fence; within it one rename makes the version visible. Killed at any moment, the destination
 * has the whole version or none. A retry finds its own work by content.
 *
 * @throws PUSH_DESTINATION_UNWRITABLE, PUSH_VERSION_TAKEN and what the fence throws
 */
export async function commitPush(request: PushRequest, fence: PushFence): Promise<Pushed> {
  const { destination } = request;
  const temporary = path.join(destination, `.tmp-${request.attempt.replaceAll(/[^A-Za-z0-9_-]/g, '_')}`);
  try {
    if (!(await newestIs(destination, request.staged))) {
      await rm(temporary, { recursive: true, force: true });
      await mkdir(temporary, { recursive: true });
      await copySavedModel(request.staged, temporary, request.signal);
    }
    return await fence(destination, () => makeVisible(destination, temporary, request));
  } catch (error) {
    throw writable(error, destination);
  } finally {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Under the fence: nobody else changes the destination meanwhile. */
async function makeVisible(destination: string, temporary: string, request: PushRequest): Promise<Pushed> {
  request.signal.throwIfAborted();
  const versions = await listVersions(destination);
  const newest = versions.at(-1);
  if (newest !== undefined && (await sameContent(path.join(destination, String(newest)), request.staged))) {
    return { destination, version: newest, written: false };
  }
  const version = Math.max(request.version, nextVersion(versions, 0));
  // Nothing was copied when the newest was this model before the fence; it has changed since, so copy now.
  if (!(await exists(temporary))) {
    await mkdir(temporary, { recursive: true });
    await copySavedModel(request.staged, temporary, request.signal);
  }
  await renameOnce(temporary, path.join(destination, String(version)));
  await sync(destination);
  await sweep(destination);
  return { destination, version, written: true };
}

const ABANDONED_MS = 24 * 3600 * 1000;

/** Removes what attempts that were killed long ago left. */
async function sweep(destination: string): Promise<void> {
  for (const name of await readdir(destination)) {
    if (!name.startsWith('.tmp-')) continue;
    const folder = path.join(destination, name);
    const facts = await stat(folder).catch(() => undefined);
    if (facts && Date.now() - facts.mtimeMs > ABANDONED_MS) await rm(folder, { recursive: true, force: true });
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

async function newestIs(destination: string, staged: string): Promise<boolean> {
  const newest = (await listVersions(destination)).at(-1);
  return newest !== undefined && (await sameContent(path.join(destination, String(newest)), staged));
}

async function exists(folder: string): Promise<boolean> {
  return await readdir(folder).then(
    () => true,
    () => false,
  );
}

const UNWRITABLE = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'ENOTDIR', 'EEXIST', 'EIO', 'ESTALE']);

function writable(error: unknown, destination: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined || !UNWRITABLE.has(code)) return error;
  return new PipelineError('PUSH_DESTINATION_UNWRITABLE', {
    what: `${destination} cannot be written: ${(error as Error).message}.`,
    details: { destination, code },
    cause: error,
  });
}

/** PushedModel's properties after a push, in TFX's names. */
export function pushedProperties(pushed: Pushed): Properties {
  return {
    pushed: 1,
    pushed_destination: path.join(pushed.destination, String(pushed.version)),
    pushed_version: String(pushed.version),
    written: pushed.written ? 1 : 0,
  };
}

/** One line for people. */
export function pushedSummary({ destination, version, written }: Pushed): string {
  const place = path.join(destination, String(version));
  return written ? `pushed to ${place}` : `this very model is at ${place} already; nothing written`;
}
