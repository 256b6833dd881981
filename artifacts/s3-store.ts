import { join } from 'node:path';
import { PipelineError } from '../errors/pipeline-error.js';
import { concurrently } from './concurrently.js';
import type { LocalCache, NewFolder } from './local-cache.js';
import { makeManifest, MANIFEST, NOTE, parseManifest, payloadDigest } from './manifest.js';
import { hashFiles, listPayload } from './payload-files.js';
import { requireUnderRoots } from './roots.js';
import { canonicalS3, isUnderS3, parseS3 } from './s3/address.js';
import { missingAs } from './s3/errors.js';
import { keysBeside, listAttempts } from './s3/attempts.js';
import { abortUpload, deleteObjects, listObjects, listUploads, readText, writeText } from './s3/objects.js';
import { checkObjects, readPayload } from './s3/payload.js';
import { uploadFile } from './s3/upload.js';
import type { ArtifactStore, FetchOptions, LocalPayloads, Note, SealedPayload, SealOptions } from './store.js';
import { safeSegment } from './uri.js';

const UPLOADS_AT_ONCE = 4;

/** A store on S3. Work is done on copies in a cache of this machine, uploaded when they are sealed. */
export function s3Store(root: string, cache: LocalCache): ArtifactStore {
  const rootUri = canonicalS3(root);
  return {
    root: rootUri,
    place: (...segments) => [rootUri, ...segments.map((segment) => safeSegment(String(segment)))].join('/'),
    withLocal: (work) => cache.withFolders((newFolder) => work(localPayloads(rootUri, cache, newFolder))),
    readManifest: (uri) => missingAs('ARTIFACT_MISSING', async () => parseManifest(uri, await readText(parseS3(uri)))),
    inspect: (uri, options) => readPayload(uri, undefined, options),
    check: checkObjects,
    writeNote: async (uri, text) => writeText(parseS3(`${await requireUnderRoots(uri, [rootUri])}${NOTE}`), text),
    readNotes,
    attempts: () => listAttempts(parseS3(rootUri)),
    remove: (uri) => remove(uri, rootUri),
  };
}

function localPayloads(root: string, cache: LocalCache, newFolder: NewFolder): LocalPayloads {
  const staged = new Map<string, string>();
  const folderOf = (uri: string): string => {
    const folder = staged.get(uri);
    if (folder !== undefined) return folder;
    throw new PipelineError('ARTIFACT_MISSING', { what: `${uri} was not staged for this work.` });
  };
  return {
    stage: async (uri) => {
      await requireUnderRoots(canonicalS3(uri), [root]);
      const folder = await newFolder();
      staged.set(uri, folder);
      return folder;
    },
    share: (uri, signal) => share(uri, folderOf(uri), signal),
    seal: async (uri, options) => {
      const sealed = await seal(uri, folderOf(uri), options);
      if (sealed.files.length > 0) await cache.keep(sealed.digest, folderOf(uri), sealed.files);
      return sealed;
    },
    fetch: (uri, options) => fetchFromS3(uri, cache, newFolder, options),
  };
}

/** A payload from S3 or, when its digest is known, from what this machine has kept. */
export async function fetchFromS3(
  uri: string,
  cache: LocalCache,
  newFolder: NewFolder,
  { digest, ...options }: FetchOptions = {},
): Promise<string> {
  const folder = await newFolder();
  const download = async (): Promise<string> => {
    if (digest !== undefined && (await cache.take(digest, folder))) return folder;
    const files = await missingAs('ARTIFACT_MISSING', () => readPayload(uri, folder, options));
    const found = payloadDigest(files);
    if (digest !== undefined && found !== digest) {
      throw new PipelineError('ARTIFACT_CORRUPTED', {
        what: `${uri} has digest ${found.slice(0, 12)}; ${digest.slice(0, 12)} was published.`,
      });
    }
    if (digest !== undefined) await cache.keep(digest, folder, files);
    return folder;
  };
  return digest === undefined ? await download() : await cache.inTurn(digest, download);
}

/** The manifest is written last, so that where there is one, all files are there. */
async function seal(uri: string, folder: string, { signal, onBytes }: SealOptions = {}): Promise<SealedPayload> {
  const hashed = await hashFiles(folder, (await listPayload(folder)).files, signal === undefined ? {} : { signal });
  let bytes = 0;
  const files = await concurrently(hashed, UPLOADS_AT_ONCE, async ({ path, size, sha256 }) => {
    const etag = await uploadFile(join(folder, path), parseS3(`${uri}/${path}`), { signal });
    onBytes?.((bytes += size));
    return { path, size, sha256, etag };
  });
  const manifest = makeManifest(files);
  const manifestUri = `${uri}${MANIFEST}`;
  await writeText(parseS3(manifestUri), JSON.stringify(manifest), signal);
  return { ...manifest, manifestUri };
}

/** Files that come and go meanwhile are passed over: the next time has them. */
async function share(uri: string, folder: string, signal: AbortSignal | undefined): Promise<void> {
  await concurrently((await listPayload(folder)).files, UPLOADS_AT_ONCE, async (path) => {
    await uploadFile(join(folder, path), parseS3(`${uri}/${path}`), { signal }).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    });
  });
}

async function readNotes(place: string, limit: number): Promise<readonly Note[]> {
  const { bucket, key } = parseS3(place);
  const notes: Note[] = [];
  for await (const object of listObjects({ bucket, key: `${key}/` }, { deep: false })) {
    if (!object.key.endsWith(NOTE)) continue;
    if (notes.length === limit) break;
    notes.push({ nonce: object.key.slice(key.length + 1, -NOTE.length), text: await readText(object) });
  }
  return notes;
}

async function remove(uri: string, root: string): Promise<void> {
  const canonical = canonicalS3(uri);
  await requireUnderRoots(canonical, [root]);
  if (isUnderS3(canonical, root)) throw new PipelineError('URI_OUTSIDE_ROOTS', { what: `${uri} is the root itself.` });
  const { bucket, key } = parseS3(canonical);
  const below = { bucket, key: `${key}/` };
  for await (const open of listUploads(below)) await abortUpload(open);
  const keys = keysBeside(key);
  for await (const object of listObjects(below)) keys.push(object.key);
  await deleteObjects(bucket, keys);
}
