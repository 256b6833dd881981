import path from 'node:path';
import { concurrently } from '../../artifacts/concurrently.js';
import { hashFiles } from '../../artifacts/payload-files.js';
import { parseS3, s3Uri, type S3Address } from '../../artifacts/s3/address.js';
import { copyObject, deleteObjects, headObject, listObjects, MAX_COPY_BYTES } from '../../artifacts/s3/objects.js';
import { readPayload } from '../../artifacts/s3/payload.js';
import { uploadFile } from '../../artifacts/s3/upload.js';
import type { Destination, PreparedModel } from './destination.js';
import { modelFiles, READINESS } from './saved-model-copy.js';
import { ABANDONED_MS, temporaryName } from './temporary-name.js';
import { isVersionName } from './versions.js';

const AT_ONCE = 4;

/**
 * A prefix on S3 that model servers watch. S3 has no rename, so a version is complete, and seen as one, when its
 * `saved_model.pb` is there: copied last, within S3, from an upload that lies beside the versions.
 */
export function s3Destination(place: string): Destination {
  const base = parseS3(place);
  const at = (version: number): string => `${place}/${version}`;
  return {
    place,
    at,
    versions: () => versions(base),
    holds: (version, staged) => holds(parseS3(at(version)), staged),
    prepare: (attempt, staged, signal) => prepare(base, attempt, staged, signal),
    describe: (error) => error,
  };
}

const below = ({ bucket, key }: S3Address, name: string): S3Address => ({
  bucket,
  key: key === '' ? name : `${key}/${name}`,
});

async function versions(base: S3Address): Promise<number[]> {
  const found: number[] = [];
  const prefix = below(base, '');
  for await (const { key } of listObjects(prefix)) {
    const [name = '', file, ...deeper] = key.slice(prefix.key.length).split('/');
    if (isVersionName(name) && file === READINESS && deeper.length === 0) found.push(Number(name));
  }
  return found.sort((a, b) => a - b);
}

/** By the sha256 that our own uploads carry; other objects are read. */
async function holds(version: S3Address, staged: string): Promise<boolean> {
  const files = await hashFiles(staged, await modelFiles(staged));
  const prefix = below(version, '');
  const there = new Map<string, number>();
  for await (const { key, size } of listObjects(prefix)) there.set(key.slice(prefix.key.length), size);
  if (there.size !== files.length || files.some((file) => there.get(file.path) !== file.size)) return false;
  const said = await concurrently(files, AT_ONCE, async ({ path: name }) => headObject(below(version, name)));
  const content = said.every(({ sha256 }) => sha256 !== undefined)
    ? said
    : await readPayload(s3Uri(version), undefined);
  return files.every((file, i) => content[i]?.sha256 === file.sha256);
}

async function prepare(base: S3Address, attempt: string, staged: string, signal: AbortSignal): Promise<PreparedModel> {
  const temporary = below(base, temporaryName(attempt));
  const discard = (): Promise<void> => removeAll(below(temporary, ''));
  const files = await hashFiles(staged, await modelFiles(staged), { signal });
  try {
    await concurrently(files, AT_ONCE, async ({ path: name, sha256 }) => {
      await uploadFile(path.join(staged, name), below(temporary, name), { signal, metadata: { sha256 } });
    });
  } catch (error) {
    await discard().catch(() => undefined);
    throw error;
  }
  const show = async (version: number): Promise<void> => {
    const target = below(base, String(version));
    // Of a push that was killed here: without READINESS it never was a version.
    await removeAll(below(target, ''));
    const copy = async ({ path: name, size, sha256 }: (typeof files)[number]): Promise<void> => {
      if (size <= MAX_COPY_BYTES) await copyObject(below(temporary, name), below(target, name));
      else await uploadFile(path.join(staged, name), below(target, name), { signal, metadata: { sha256 } });
    };
    const isLast = ({ path: name }: { readonly path: string }): boolean => name === READINESS;
    await concurrently(
      files.filter((file) => !isLast(file)),
      AT_ONCE,
      copy,
    );
    for (const file of files.filter(isLast)) await copy(file);
    await sweep(base);
  };
  return { show, discard };
}

/** Removes what attempts that were killed long ago left. */
async function sweep(base: S3Address): Promise<void> {
  await removeAll(below(base, temporaryName('')), Date.now() - ABANDONED_MS);
}

async function removeAll(prefix: S3Address, beforeMs = Infinity): Promise<void> {
  const keys: string[] = [];
  for await (const { key, modifiedMs } of listObjects(prefix)) if (modifiedMs < beforeMs) keys.push(key);
  await deleteObjects(prefix.bucket, keys);
}
