import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { concurrently } from '../../artifacts/concurrently.js';
import { PipelineError, isPipelineError } from '../../errors/pipeline-error.js';
import { globToRegExp, isGlob } from './glob.js';
import { remoteSource, type FindOptions } from './remote-source.js';

/** One split of the input: its files, absolute and sorted. */
export interface InputSplit {
  readonly name: string;
  readonly files: readonly string[];
  /** Of files that were fetched: where from, by local path. */
  readonly fetched?: ReadonlyMap<string, FetchedFile>;
}

export interface FetchedFile {
  /** Without secrets. */
  readonly address: string;
  readonly fingerprint: string;
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
 * The files that a local path, an address or a glob (`*`, `?`, `**`, `[a-z]`) names. A folder means its files.
 *
 * @throws INPUT_NOT_FOUND when there are none, INPUT_PATTERN_UNSUPPORTED for a glob where nothing can be listed.
 */
export async function findFiles(pattern: string, options: FindOptions = {}): Promise<string[]> {
  const remote = remoteSource(pattern);
  if (remote !== undefined) return await remote.find(pattern, options);
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

/** Remote files are asked for their facts, or hashed, a few at once. */
const FINGERPRINTS_AT_ONCE = 8;

/**
 * sha256 (hex) of what tells the files' contents, in order and under their split names: of local and web files their
 * bytes, of S3 objects their ETags and sizes; never names or times of files.
 */
export async function contentFingerprint(splits: readonly InputSplit[], signal?: AbortSignal): Promise<string> {
  const all = createHash('sha256');
  for (const { name, files, fetched } of splits) {
    all.update(`${JSON.stringify(name)}\n`);
    const fingerprints = await concurrently(files, FINGERPRINTS_AT_ONCE, async (file) => {
      return fetched?.get(file)?.fingerprint ?? (await fileFingerprint(file, signal));
    });
    for (const fingerprint of fingerprints) all.update(`${fingerprint}\n`);
  }
  return all.digest('hex');
}

async function fileFingerprint(file: string, signal?: AbortSignal): Promise<string> {
  const remote = remoteSource(file);
  if (remote !== undefined) return await remote.fingerprint(file, signal);
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20, signal })) hash.update(chunk as Buffer);
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
