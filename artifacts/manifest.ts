import { createHash } from 'node:crypto';

/** One file of a payload. */
export interface PayloadFile {
  /** Relative to the payload folder, with `/`. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Hex. */
  readonly sha256: string;
  /** When the file was last written, in nanoseconds since the epoch, as decimal text (it exceeds a double's digits). */
  readonly mtimeNs: string;
}

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

export function makeManifest(files: readonly PayloadFile[]): Manifest {
  const sorted = sortFiles(files);
  return { version: 1, digest: payloadDigest(sorted), files: sorted };
}
