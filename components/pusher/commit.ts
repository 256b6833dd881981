import type { Properties } from '../../artifacts/artifact.js';
import { isPipelineError } from '../../errors/pipeline-error.js';
import { openDestination, type Destination, type PreparedModel } from './destination.js';
import { nextVersion } from './versions.js';

/** What a push left at its destination. */
export interface Pushed {
  /** The base folder, absolute, or its `s3://` URI. */
  readonly destination: string;
  readonly version: number;
  /** False: this very model was the newest there already, and nothing was written. */
  readonly written: boolean;
}

export interface PushRequest {
  /** The staged SavedModel: PushedModel's payload. */
  readonly staged: string;
  /** The model's base folder or `s3://` URI: checked to lie below a configured root. */
  readonly destination: string;
  /** The version that begin chose. */
  readonly version: number;
  /** Names this attempt's temporary folder, e.g. `<execution id>-<nonce>`. */
  readonly attempt: string;
  readonly signal: AbortSignal;
}

/**
 * Runs `commit` as the only one for a destination, with what the push before left there, and refuses attempts that were
 * overtaken (FENCE_SUPERSEDED). After a crash `commit` may run again.
 */
export type PushFence = (destination: string, commit: (before?: Pushed) => Promise<Pushed>) => Promise<Pushed>;

/**
 * Puts a staged model at `<destination>/<version>/`. The copy is made beside it, where no server looks, outside the
 * fence; within it one short step makes the version visible. Killed at any moment, servers see the whole version or
 * none. A retry finds its own work by content, also when a newer push has come meanwhile.
 *
 * @throws PUSH_DESTINATION_UNWRITABLE, PUSH_VERSION_TAKEN and what the fence throws
 */
export async function commitPush(request: PushRequest, fence: PushFence): Promise<Pushed> {
  const { attempt, staged, signal } = request;
  const destination = openDestination(request.destination);
  let copy: PreparedModel | undefined;
  const prepared = async (): Promise<PreparedModel> => (copy ??= await destination.prepare(attempt, staged, signal));
  try {
    if ((await newestHolding(destination, staged)) === undefined) await prepared();
    return await fence(destination.place, (before) => makeVisible(destination, request, prepared, before));
  } catch (error) {
    const own = isSuperseded(error) ? await ownVersion(destination, request) : undefined;
    if (own !== undefined) return { destination: destination.place, version: own, written: true };
    throw destination.describe(error);
  } finally {
    await copy?.discard().catch(() => undefined);
  }
}

/** Under the fence: nobody else changes the destination meanwhile. */
async function makeVisible(
  destination: Destination,
  request: PushRequest,
  prepared: () => Promise<PreparedModel>,
  before: Pushed | undefined,
): Promise<Pushed> {
  request.signal.throwIfAborted();
  const { place } = destination;
  const newest = await newestHolding(destination, request.staged);
  if (newest !== undefined) {
    // Begin chose a version above all that were there: one as high that nobody claims is what a killed attempt left.
    const isOwn = newest >= request.version && newest !== before?.version;
    return { destination: place, version: newest, written: isOwn };
  }
  const version = Math.max(request.version, nextVersion(await destination.versions(), 0));
  // Nothing was copied when the newest was this model before the fence; it has changed since, so copy now.
  await (await prepared()).show(version);
  return { destination: place, version, written: true };
}

/** The newest version, when it is this very model. */
async function newestHolding(destination: Destination, staged: string): Promise<number | undefined> {
  const newest = (await destination.versions()).at(-1);
  return newest !== undefined && (await destination.holds(newest, staged)) ? newest : undefined;
}

/** The version that an earlier attempt, which was killed before it could say so, left. */
async function ownVersion(destination: Destination, { staged, version }: PushRequest): Promise<number | undefined> {
  for (const candidate of await destination.versions()) {
    if (candidate >= version && (await destination.holds(candidate, staged))) return candidate;
  }
  return undefined;
}

const isSuperseded = (error: unknown): boolean => isPipelineError(error) && error.code === 'FENCE_SUPERSEDED';

/** PushedModel's properties after a push, in TFX's names. */
export function pushedProperties(pushed: Pushed): Properties {
  return {
    pushed: 1,
    pushed_destination: openDestination(pushed.destination).at(pushed.version),
    pushed_version: String(pushed.version),
    written: pushed.written ? 1 : 0,
  };
}

/** One line for people. */
export function pushedSummary({ destination, version, written }: Pushed): string {
  const place = openDestination(destination).at(version);
  return written ? `pushed to ${place}` : `this very model is at ${place} already; nothing written`;
}
