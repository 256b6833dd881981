import { createHash } from 'node:crypto';
import { open, readdir, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { PipelineError } from '../errors/pipeline-error.js';
import { concurrently } from './concurrently.js';
import { sortFiles, type PayloadFile } from './manifest.js';
import type { SealOptions } from './store.js';

const BLOCK_BYTES = 1 << 20;
const CONCURRENCY = 4;

/** A payload's files and folders, relative to it, without reading any. */
export interface PayloadTree {
  readonly files: readonly string[];
  /** Parents before their children; the payload folder itself is ''. */
  readonly folders: readonly string[];
}

/** @throws PipelineError ARTIFACT_IRREGULAR_FILE for a link, a socket or a device */
export async function listPayload(folder: string): Promise<PayloadTree> {
  const files: string[] = [];
  const folders = [''];
  for (const parent of folders) {
    for (const entry of await readdir(join(folder, parent), { withFileTypes: true })) {
      const path = parent === '' ? entry.name : `${parent}/${entry.name}`;
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile()) files.push(path);
      else throw new PipelineError('ARTIFACT_IRREGULAR_FILE', { what: `${join(folder, path)} is no regular file.` });
    }
  }
  return { files: files.sort(), folders };
}

/**
 * Hashes files, streaming, a few at a time.
 * @param durable also flush each file to the disk
 */
export async function hashFiles(
  folder: string,
  paths: readonly string[],
  options: SealOptions & { readonly durable?: boolean } = {},
): Promise<readonly PayloadFile[]> {
  let bytes = 0;
  const hashed = await concurrently(paths, CONCURRENCY, async (path) => {
    const file = await hashFile(folder, path, options);
    bytes += file.size;
    options.onBytes?.(bytes);
    return file;
  });
  return sortFiles(hashed);
}

async function hashFile(
  folder: string,
  path: string,
  options: SealOptions & { readonly durable?: boolean },
): Promise<PayloadFile> {
  const handle = await open(join(folder, path), 'r');
  try {
    const sha256 = await hashHandle(handle, options.signal);
    if (options.durable === true) await handle.sync();
    const { size, mtimeNs } = await handle.stat({ bigint: true });
    return { path, size: Number(size), sha256, mtimeNs: String(mtimeNs) };
  } finally {
    await handle.close();
  }
}

async function hashHandle(handle: FileHandle, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash('sha256');
  const block = Buffer.allocUnsafe(BLOCK_BYTES);
  for (;;) {
    signal?.throwIfAborted();
    const { bytesRead } = await handle.read(block, 0, BLOCK_BYTES, null);
    if (bytesRead === 0) return hash.digest('hex');
    hash.update(block.subarray(0, bytesRead));
  }
}

/** Flushes folders' entries to the disk, so that a crash of the machine loses no file that lineage names. */
export async function syncFolders(folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}

/** What a file's system says of it, without reading it. */
export async function looksAt(folder: string, path: string): Promise<{ size: number; mtimeNs: string }> {
  const { size, mtimeNs } = await stat(join(folder, path), { bigint: true });
  return { size: Number(size), mtimeNs: String(mtimeNs) };
}

/** Whether a file's size and time are as recorded, without reading it. */
export async function looksUnchanged(folder: string, file: PayloadFile): Promise<boolean> {
  const { size, mtimeNs } = await looksAt(folder, file.path);
  return size === file.size && mtimeNs === file.mtimeNs;
}
