import path from 'node:path';
import { canonicalS3, isS3 } from '../../artifacts/s3/address.js';
import { uriToPath } from '../../artifacts/uri.js';
import { folderDestination } from './folder-destination.js';
import { s3Destination } from './s3-destination.js';

/** A model's base place, whose numbered children are versions that servers look for. */
export interface Destination {
  /** An absolute path or an `s3://` URI. */
  readonly place: string;
  /** Where a version lies. */
  at(version: number): string;
  /** The versions that servers see, ascending. */
  versions(): Promise<number[]>;
  /** Whether a version has just the files of a staged model. */
  holds(version: number, staged: string): Promise<boolean>;
  /** Copies a staged model to where no server looks. @throws PUSH_MODEL_MISSING */
  prepare(attempt: string, staged: string, signal: AbortSignal): Promise<PreparedModel>;
  /** What an error on the way means. */
  describe(error: unknown): unknown;
}

/** A copy beside the versions. */
export interface PreparedModel {
  /** Makes it a version, in a step as short as there is: a server sees all of it or none. */
  show(version: number): Promise<void>;
  /** Removes what is left of it. */
  discard(): Promise<void>;
}

/**
 * A `destination` parameter as an absolute path or an `s3://` URI; a relative path lies under the worker's folder, the
 * project's.
 * @throws URI_UNSUPPORTED
 */
export function destinationPlace(given: string): string {
  if (isS3(given)) return canonicalS3(given);
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(given) ? uriToPath(given) : path.resolve(given);
}

/** @param place as `destinationPlace` gives it */
export function openDestination(place: string): Destination {
  return isS3(place) ? s3Destination(place) : folderDestination(place);
}
