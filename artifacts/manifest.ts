import { createHash } from 'node:crypto';
import { PipelineError } from '../errors/pipeline-error.js';

/** One file of a payload. */
export interface PayloadFile {
  /** Relative to the payload folder, with `/`. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Hex. */
  readonly sha256: string;
  /** On a filesystem: when the file was last written, in nanoseconds since the epoch, as decimal text (it exceeds a double's digits). */
  readonly mtimeNs?: string;
  /** On S3: what changes with the object's content. */
  readonly etag?: string;
}

/** What a payload folder's name is followed by, for what lies beside it. */
export const MANIFEST = '.manifest.json';
export const NOTE = '.error.json';

/** What lies beside a payload folder as `<nonce>.manifest.json`. */
export interface Manifest {
  readonly version: 1;
  readonly digest: string;
  readonly files: readonly PayloadFile[];
}

/** By code unit, so that the order is the same on every machine. */
export function sortFiles<F extends { readonly path: string }>(files: readonly F[]): F[] {
  return [...files].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

/**
 * The digest of a payload: sha256 (hex) over its sorted list of paths, sizes and sha256s. Two payloads have the same
 * digest when and only when they have the same files with the same bytes; times do not count.
 */
export function payloadDigest(files: readonly PayloadFile[]): string {
  const hash = createHash('sha256');
  for (const { path, size, sha256 } of sortFiles(files)) hash.update(`${JSON.stringify([path, size, sha256])}\n`);
  return hash.digest('hex');
}

/** @throws PipelineError ARTIFACT_CORRUPTED unless the text is a manifest with the digest of its files */
export function parseManifest(uri: string, text: string): Manifest {
  try {
    const manifest = JSON.parse(text) as Manifest;
    if (payloadDigest(manifest.files) === manifest.digest) return manifest;
  } catch (error) {
    throw new PipelineError('ARTIFACT_CORRUPTED', { what: `${uri} is no manifest.`, cause: error });
  }
  throw new PipelineError('ARTIFACT_CORRUPTED', { what: `The digest in ${uri} is not that of its files.` });
}

export function makeManifest(files: readonly PayloadFile[]): Manifest {
  const sorted = sortFiles(files);
  return { version: 1, digest: payloadDigest(sorted), files: sorted };
}
