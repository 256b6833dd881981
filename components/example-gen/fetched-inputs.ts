import { isPipelineError, PipelineError } from '../../errors/pipeline-error.js';
import type { SourceSplit } from './generate.js';
import type { InputSplit } from './input-files.js';
import { fetchRemote, isRemote, remoteAccess, shownAddress } from './remote-files.js';

/** The same splits with remote files fetched into a folder. */
export async function fetchedSplits(
  splits: readonly InputSplit[],
  folder: string,
  signal: AbortSignal,
): Promise<InputSplit[]> {
  const fetched: InputSplit[] = [];
  for (const [i, { name, files }] of splits.entries()) {
    const addresses = new Map<string, string>();
    const local: string[] = [];
    for (const [k, file] of files.entries()) {
      if (isRemote(file)) {
        const copy = await fetchRemote(file, folder, `input-${i}-${k}`, remoteAccess(), signal);
        addresses.set(copy, shownAddress(file));
        local.push(copy);
      } else local.push(file);
    }
    fetched.push({ name, files: local, addresses });
  }
  return fetched;
}

/** A source whose errors name fetched files by their addresses, not by where their copies lie. */
export async function addressedSource(
  input: InputSplit,
  open: (input: InputSplit) => Promise<SourceSplit>,
): Promise<SourceSplit> {
  const { addresses } = input;
  const source = await byAddress(addresses, () => open(input));
  return { ...source, load: (connection, table) => byAddress(addresses, () => source.load(connection, table)) };
}

/** Runs some work, whose errors name fetched files by their addresses. */
export async function byAddress<T>(
  addresses: ReadonlyMap<string, string> = new Map(),
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!isPipelineError(cause) || addresses.size === 0) throw cause;
    // The longest path first: one copy's path may be the beginning of another's.
    const paths = [...addresses.keys()].sort((a, b) => b.length - a.length);
    const named = (text: string): string =>
      paths.reduce((said, copy) => said.replaceAll(copy, () => addresses.get(copy) ?? ''), text);
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
