import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { concurrently } from '../../artifacts/concurrently.js';
import { isPipelineError, PipelineError } from '../../errors/pipeline-error.js';
import type { SourceSplit } from './generate.js';
import type { FetchedFile, InputSplit } from './input-files.js';
import { remoteSource } from './remote-source.js';

const FETCHES_AT_ONCE = 4;

export interface FetchOptions {
  readonly signal: AbortSignal;
  /** Called with the bytes of all files so far. */
  readonly onBytes?: (bytes: number) => void;
}

/** The same splits with remote files fetched into a folder. */
export async function fetchedSplits(
  splits: readonly InputSplit[],
  folder: string,
  options: FetchOptions,
): Promise<InputSplit[]> {
  let total = 0;
  const onChunk = (bytes: number): void => options.onBytes?.((total += bytes));
  const result: InputSplit[] = [];
  for (const [i, { name, files }] of splits.entries()) {
    const fetched = new Map<string, FetchedFile>();
    const local = await concurrently([...files.entries()], FETCHES_AT_ONCE, async ([k, file]) => {
      const copy = path.join(folder, `input-${i}-${k}`);
      const facts = await fetchInto(copy, file, options.signal, onChunk);
      if (facts === undefined) return file;
      fetched.set(copy, facts);
      return copy;
    });
    result.push({ name, files: local, fetched });
  }
  return result;
}

/** Fetches one remote file into a folder, under a name that ends as its own does; the local path. */
export async function fetchFile(address: string, folder: string, signal: AbortSignal): Promise<string> {
  const copy = path.join(folder, `file${/\.[a-z0-9]{1,10}$/i.exec(address.replace(/[?#].*$/, ''))?.[0] ?? ''}`);
  await fetchInto(copy, address, signal);
  return copy;
}

/** Undefined for a local file: there is nothing to fetch. */
async function fetchInto(
  copy: string,
  file: string,
  signal: AbortSignal,
  onChunk: (bytes: number) => void = () => undefined,
): Promise<FetchedFile | undefined> {
  const remote = remoteSource(file);
  if (remote === undefined) return undefined;
  const { bytes, fingerprint } = remote.read(file, signal);
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const chunk of bytes) {
      onChunk(chunk.length);
      yield chunk;
    }
  }
  await pipeline(Readable.from(counted()), createWriteStream(copy), { signal });
  return { address: remote.shown(file), fingerprint: fingerprint() };
}

/** A source whose errors name fetched files by their addresses, not by where their copies lie. */
export async function addressedSource(
  input: InputSplit,
  open: (input: InputSplit) => Promise<SourceSplit>,
): Promise<SourceSplit> {
  const { fetched } = input;
  const source = await byAddress(fetched, () => open(input));
  return { ...source, load: (connection, table) => byAddress(fetched, () => source.load(connection, table)) };
}

/** Runs some work, whose errors name fetched files by their addresses. */
export async function byAddress<T>(
  fetched: ReadonlyMap<string, FetchedFile> = new Map(),
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!isPipelineError(cause) || fetched.size === 0) throw cause;
    // The longest path first: one copy's path may be the beginning of another's.
    const paths = [...fetched.keys()].sort((a, b) => b.length - a.length);
    const named = (text: string): string =>
      paths.reduce((said, copy) => said.replaceAll(copy, () => fetched.get(copy)?.address ?? ''), text);
    const details = Object.entries(cause.details).map(([key, value]) => [
      key,
      typeof value === 'string' ? named(value) : value,
    ]);
    throw new PipelineError(cause.code, {
      what: named(cause.what),
      why: cause.why,
      fix: cause.fix,
      details: Object.fromEntries(details) as Record<string, unknown>,
      cause,
    });
  }
}
