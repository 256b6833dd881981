import { MANIFEST, NOTE } from '../manifest.js';
import type { AttemptFolder } from '../store.js';
import { s3Uri, type S3Address } from './address.js';
import { listObjects, listUploads } from './objects.js';

/** `<pipeline>/<node>/<output>/<executionId>/<nonce>`, and what lies below or beside it. */
const ATTEMPT = /^([^/]+\/[^/]+\/[^/]+\/(\d+)\/[^/]+?)(?:\/.*|\.manifest\.json|\.error\.json)$/s;

/**
 * The attempts below a root, also those of which there is only a manifest, a note or an upload that never ended;
 * whatever else lies there is not ours and is passed over.
 */
export async function* listAttempts(root: S3Address): AsyncGenerator<AttemptFolder> {
  const prefix = root.key === '' ? '' : `${root.key}/`;
  const found = new Map<string, AttemptFolder>();
  const add = (key: string, bytes: number, modifiedMs: number): void => {
    const [, path, execution] = ATTEMPT.exec(key.slice(prefix.length)) ?? [];
    if (path === undefined) return;
    const before = found.get(path) ?? { bytes: 0, modifiedMs: 0 };
    found.set(path, {
      uri: s3Uri({ bucket: root.bucket, key: prefix + path }),
      executionId: Number(execution),
      bytes: before.bytes + bytes,
      modifiedMs: Math.max(before.modifiedMs, modifiedMs),
    });
  };
  const below = { bucket: root.bucket, key: prefix };
  for await (const { key, size, modifiedMs } of listObjects(below)) add(key, size, modifiedMs);
  for await (const { key, begunMs } of listUploads(below)) add(key, 0, begunMs);
  yield* found.values();
}

/** The keys beside a payload's own. */
export function keysBeside(key: string): string[] {
  return [MANIFEST, NOTE].map((suffix) => `${key}${suffix}`);
}
