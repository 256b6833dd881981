import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { PipelineError, isPipelineError } from '../../errors/pipeline-error.js';
import { globToRegExp, isGlob } from './glob.js';
import { isRemote, readRemote, remoteAccess } from './remote-files.js';

/** One split of the input: its files, absolute and sorted. */
export interface InputSplit {
  readonly name: string;
  readonly files: readonly string[];
  /** Of files that were fetched: where from, without secrets, by local path. */
  readonly addresses?: ReadonlyMap<string, string>;
}

/** The name that TFX gives to the one split of an input without splits. */
export const SINGLE_SPLIT = 'single_split';

/** The `input` parameter as a list. */
export function inputPatterns(
  input: string | readonly { readonly name: string; readonly pattern: string }[],
): readonly { readonly name: string; readonly pattern: string }[] {
  return typeof input === 'string' ? [{ name: SINGLE_SPLIT, pattern: input }] : input;
}

/**
 * The files that a local path, `file://` address or glob (`*`, `?`, `**`, `[a-z]`) names. A folder means its files.
 *
 * @param options.orUnder - a glob that matches a folder means the folder's files, too.
 * @throws INPUT_NOT_FOUND when there are none.
 */
export async function findFiles(pattern: string, options: { readonly orUnder?: boolean } = {}): Promise<string[]> {
  if (isRemote(pattern)) return [pattern];
  const local = path.resolve(localPath(pattern));
  const found = await tryStat(local);
  if (found?.isFile() === true) return [local];
  if (found?.isDirectory() === true) return nonEmpty(pattern, await filesUnder(local, /^[^/.][^/]*$/));
  if (!isGlob(local)) throw notFound(pattern);
  const base = globBase(local);
  return nonEmpty(pattern, await filesUnder(base, globToRegExp(path.relative(base, local), options.orUnder)));
}

export function localPath(pattern: string): string {
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(pattern)?.[1]?.toLowerCase();
  if (scheme === undefined) return pattern;
  if (scheme === 'file') {
    try {
      return fileURLToPath(pattern);
    } catch (cause) {
      throw new PipelineError('INPUT_NOT_FOUND', { what: `${pattern} is not a valid file address.`, cause });
    }
  }
  throw new PipelineError('INPUT_SCHEME_UNSUPPORTED', {
    what: `${pattern} has the scheme ${scheme}://.`,
    details: { input: pattern },
  });
}

/** sha256 (hex) of the contents, in order and under their split names; never of names or times of files. */
export async function contentFingerprint(splits: readonly InputSplit[], signal?: AbortSignal): Promise<string> {
  const all = createHash('sha256');
  for (const split of splits) {
    all.update(`${JSON.stringify(split.name)}\n`);
    for (const file of split.files) all.update(`${await fileDigest(file, signal)}\n`);
  }
  return all.digest('hex');
}

async function fileDigest(file: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  try {
    const bytes: AsyncIterable<Buffer> = isRemote(file)
      ? readRemote(file, remoteAccess(), signal)
      : createReadStream(file, { highWaterMark: 1 << 20, signal });
    for await (const chunk of bytes) hash.update(chunk);
  } catch (cause) {
    if (signal?.aborted === true || isPipelineError(cause)) throw cause;
    throw unreadable(file, cause);
  }
  return hash.digest('hex');
}

export function unreadable(file: string, cause: unknown): PipelineError {
  return new PipelineError('INPUT_UNREADABLE', {
    what: `${file} cannot be read: ${(cause as Error).message}.`,
    details: { file },
    cause,
  });
}

async function filesUnder(base: string, matches: RegExp): Promise<string[]> {
  let entries;
  try {
    entries = await readdir(base, { recursive: true, withFileTypes: true });
  } catch {
    return [];
  }
  const files: string[] = [];
  for (const entry of entries) {
    const file = path.join(entry.parentPath, entry.name);
    const isFile = entry.isFile() || (entry.isSymbolicLink() && (await tryStat(file))?.isFile() === true);
    if (isFile && matches.test(path.relative(base, file))) files.push(file);
  }
  return files.sort((a, b) => (a < b ? -1 : 1));
}

/** The longest folder before the first segment with a wildcard. */
function globBase(pattern: string): string {
  const segments = pattern.split(path.sep);
  const first = segments.findIndex(isGlob);
  return segments.slice(0, first).join(path.sep) || path.sep;
}

async function tryStat(file: string): Promise<Awaited<ReturnType<typeof stat>> | undefined> {
  try {
    return await stat(file);
  } catch {
    return undefined;
  }
}

function nonEmpty(pattern: string, files: string[]): string[] {
  if (files.length === 0) throw notFound(pattern);
  return files;
}

function notFound(pattern: string): PipelineError {
  return new PipelineError('INPUT_NOT_FOUND', {
    what: `No file matches ${pattern}.`,
    details: { input: pattern },
  });
}
