import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PipelineError } from '../../errors/pipeline-error.js';
import { concurrently } from '../concurrently.js';
import { sortFiles, type PayloadFile } from '../manifest.js';
import { differentNames } from '../payload-check.js';
import type { CheckMode, SealOptions } from '../store.js';
import { canonicalS3, parseS3, s3Uri } from './address.js';
import { listObjects, type S3Object } from './objects.js';
import { readObject } from './read-object.js';

const AT_ONCE = 4;

/** An object of a payload, by its path in it. */
interface PayloadObject {
  readonly path: string;
  readonly object: S3Object;
}

/**
 * Reads a payload's objects, into a folder or only to hash them.
 * @throws PipelineError ARTIFACT_MISSING when there are none, ARTIFACT_IRREGULAR_FILE for a key that is no path
 */
export async function readPayload(
  uri: string,
  folder: string | undefined,
  options: SealOptions = {},
): Promise<readonly PayloadFile[]> {
  const objects = await objectsOf(uri);
  if (objects.length === 0) throw new PipelineError('ARTIFACT_MISSING', { what: `Nothing lies at ${uri}.` });
  return await readObjects(objects, folder, options);
}

async function readObjects(
  objects: readonly PayloadObject[],
  folder: string | undefined,
  { signal, onBytes }: SealOptions,
): Promise<readonly PayloadFile[]> {
  let total = 0;
  const read = await concurrently(objects, AT_ONCE, async ({ path, object }) => {
    const hash = createHash('sha256');
    async function* hashed(): AsyncGenerator<Buffer> {
      for await (const chunk of readObject(object, signal)) {
        hash.update(chunk);
        onBytes?.((total += chunk.length));
        yield chunk;
      }
    }
    await pipeline(Readable.from(hashed()), await sinkFor(folder, path));
    return { path, size: object.size, sha256: hash.digest('hex'), etag: object.etag };
  });
  return sortFiles(read);
}

async function sinkFor(folder: string | undefined, path: string): Promise<Writable> {
  if (folder === undefined) return new Writable({ write: (_chunk, _encoding, done) => done() });
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  return createWriteStream(file);
}

/** Compares a payload with the files that lineage recorded. Returns the first difference, in a sentence. */
export async function checkObjects(
  uri: string,
  files: readonly PayloadFile[],
  mode: CheckMode,
): Promise<string | undefined> {
  const objects = await objectsOf(uri);
  if (objects.length === 0 && files.length > 0) return `${uri} is gone`;
  const names = differentNames(
    objects.map(({ path }) => path),
    files,
  );
  if (names !== undefined) return names;
  const recorded = new Map(files.map((file) => [file.path, file]));
  const isDoubtful = ({ path, object: { size, etag } }: PayloadObject): boolean =>
    mode === 'full' || recorded.get(path)?.size !== size || recorded.get(path)?.etag !== etag;
  const read = await readObjects(objects.filter(isDoubtful), undefined, {});
  const changed = read.find((file) => recorded.get(file.path)?.sha256 !== file.sha256);
  return changed === undefined ? undefined : `file ${changed.path} has other content`;
}

async function objectsOf(uri: string): Promise<readonly PayloadObject[]> {
  const { bucket, key } = parseS3(canonicalS3(uri));
  const prefix = key === '' ? '' : `${key}/`;
  const objects: PayloadObject[] = [];
  for await (const object of listObjects({ bucket, key: prefix })) {
    objects.push({ path: requirePath(object, object.key.slice(prefix.length)), object });
  }
  return objects;
}

/** Keys may be anything; a path must not lead out of the folder that it is put in. */
function requirePath(object: S3Object, path: string): string {
  const parts = path.split('/');
  if (!path.includes('\0') && parts.every((part) => !/^\.{0,2}$/.test(part))) return path;
  throw new PipelineError('ARTIFACT_IRREGULAR_FILE', { what: `The key of ${s3Uri(object)} is no path of a file.` });
}
