import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PipelineError } from '../errors/pipeline-error.js';
import { listAttempts } from './attempt-folders.js';
import { onFiles } from './file-errors.js';
import { makeManifest, MANIFEST, NOTE, parseManifest, type Manifest } from './manifest.js';
import { checkPayload } from './payload-check.js';
import { hashFiles, listPayload, syncFolders } from './payload-files.js';
import { requireUnderRoots } from './roots.js';
import type { ArtifactStore, LocalPayloads, Note, SealedPayload, SealOptions } from './store.js';
import { pathToUri, safeSegment, uriToPath } from './uri.js';

/** A store on a local or mounted file system: payloads are written and read where they lie. */
export function filesystemStore(root: string): ArtifactStore & LocalPayloads {
  const rootPath = uriToPath(root);
  const local: LocalPayloads = {
    stage: (uri) => onFiles(uri, () => stage(uri, rootPath)),
    share: () => Promise.resolve(),
    seal: (uri, options) => onFiles(uri, () => seal(uri, rootPath, options)),
    fetch: (uri) => onFiles(uri, () => requireFolder(uri)),
  };
  return {
    ...local,
    root: pathToUri(rootPath),
    place: (...segments) => pathToUri(join(rootPath, ...segments.map((segment) => safeSegment(String(segment))))),
    withLocal: (work) => work(local),
    readManifest: (uri) => onFiles(uri, () => readManifest(uri, rootPath)),
    inspect: (uri, options) => onFiles(uri, () => inspect(uri, options)),
    check: (uri, files, mode) => onFiles(uri, () => checkPayload(uriToPath(uri), files, mode)),
    writeNote: (uri, text) => onFiles(uri, () => writeNote(uri, rootPath, text)),
    readNotes: (place, limit) => onFiles(place, () => readNotes(place, limit)),
    attempts: () => listAttempts(rootPath),
    remove: (uri) => onFiles(uri, () => remove(uri, rootPath)),
  };
}

async function stage(uri: string, root: string): Promise<string> {
  const path = uriToPath(uri);
  await requireUnderRoots(uri, [root]);
  await mkdir(dirname(path), { recursive: true });
  await mkdir(path); // fails when it is there: a place belongs to one attempt
  return path;
}

async function seal(uri: string, root: string, options: SealOptions = {}): Promise<SealedPayload> {
  const path = await requireUnderRoots(uri, [root]);
  const tree = await listPayload(path);
  const manifest = makeManifest(await hashFiles(path, tree.files, { ...options, durable: true }));
  const manifestPath = `${uriToPath(uri)}${MANIFEST}`;
  await writeDurably(manifestPath, JSON.stringify(manifest));
  const folders = tree.folders.map((folder) => join(path, folder)).reverse();
  await syncFolders([...folders, ...parentsUpTo(path, await requireUnderRoots(root, [root]))]);
  return { ...manifest, manifestUri: pathToUri(manifestPath) };
}

async function writeDurably(path: string, text: string): Promise<void> {
  const partial = `${path}.partial`;
  const handle = await open(partial, 'wx');
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(partial, path);
}

function parentsUpTo(path: string, root: string): string[] {
  const parents: string[] = [];
  for (let parent = dirname(path); parent.startsWith(root); parent = dirname(parent)) parents.push(parent);
  return parents;
}

async function requireFolder(uri: string): Promise<string> {
  const path = uriToPath(uri);
  if ((await stat(path)).isDirectory()) return path;
  throw new PipelineError('ARTIFACT_MISSING', { what: `${uri} is a file; a payload is a folder.` });
}

async function readManifest(uri: string, root: string): Promise<Manifest> {
  return parseManifest(uri, await readFile(await requireUnderRoots(uri, [root]), 'utf8'));
}

async function inspect(uri: string, options: SealOptions = {}): Promise<Manifest['files']> {
  const path = await requireFolder(uri);
  return await hashFiles(path, (await listPayload(path)).files, options);
}

async function writeNote(uri: string, root: string, text: string): Promise<void> {
  const path = await requireUnderRoots(uri, [root]);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}${NOTE}`, text);
}

async function readNotes(place: string, limit: number): Promise<Note[]> {
  const folder = uriToPath(place);
  const names = (await readdir(folder)).filter((name) => name.endsWith(NOTE)).sort();
  return await Promise.all(
    names.slice(0, limit).map(async (name) => {
      return { nonce: name.slice(0, -NOTE.length), text: await readFile(join(folder, name), 'utf8') };
    }),
  );
}

async function remove(uri: string, root: string): Promise<void> {
  const path = uriToPath(uri);
  await requireUnderRoots(uri, [root]);
  if (path === root) throw new PipelineError('URI_OUTSIDE_ROOTS', { what: `${uri} is the root itself.` });
  for (const suffix of ['', MANIFEST, `${MANIFEST}.partial`, NOTE]) {
    await rm(`${path}${suffix}`, { recursive: true, force: true });
  }
}
