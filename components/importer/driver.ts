import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { PipelineError } from '../../errors/pipeline-error.js';
import type { Artifact } from '../../artifacts/artifact.js';
import { implement } from '../implement.js';
import { Importer } from './contract.js';

/** Records what lies at a place as an artifact; the same place and properties give the artifact that is there. */
export const importer = implement(Importer, {
  driver: async ({ parameters, lineage, pipeline }) => {
    const { artifactType, properties, reimport } = parameters;
    const uri = await canonicalUri(parameters.uri);
    const known = reimport ? [] : await lineage.artifacts(pipeline, artifactType);
    const found = known.find((artifact) => artifact.uri === uri && holds(artifact, properties));
    if (found && (await isUnchanged(found, uri))) {
      return { reuse: { result: found }, summary: `${artifactType} ${found.id} again` };
    }
    const stamp = await treeStamp(uri);
    const external = { uri, type: artifactType, properties: { ...properties, is_external: 1, import_stamp: stamp } };
    return { external: { result: external }, summary: `${artifactType} from ${uri}` };
  },
});

/** A path or file: URI as a URI, checked to be there; other schemes pass as they are. */
async function canonicalUri(given: string): Promise<string> {
  if (/^[a-z][a-z0-9+.-]+:/i.test(given) && !given.startsWith('file:')) return given;
  const folder = given.startsWith('file:') ? fileURLToPath(given) : given;
  if (!path.isAbsolute(folder)) throw missing(given, 'is not absolute');
  try {
    await stat(folder);
  } catch (cause) {
    throw missing(given, 'cannot be read', cause);
  }
  return pathToFileURL(path.resolve(folder)).href;
}

function missing(given: string, what: string, cause?: unknown): PipelineError {
  return new PipelineError('IMPORT_SOURCE_MISSING', {
    what: `${JSON.stringify(given)} ${what}.`,
    details: { uri: given },
    cause,
  });
}

function holds(artifact: Artifact, properties: Readonly<Record<string, string | number | boolean>>): boolean {
  return Object.entries(properties).every(([name, value]) => artifact.properties[name] === value);
}

async function isUnchanged(artifact: Artifact, uri: string): Promise<boolean> {
  return artifact.properties['import_stamp'] === (await treeStamp(uri));
}

/** sha256 over path, size and time of change of every file at a file: URI; empty for other schemes. */
async function treeStamp(uri: string): Promise<string> {
  if (!uri.startsWith('file:')) return '';
  const root = fileURLToPath(uri);
  const names = (await stat(root)).isDirectory() ? await readdir(root, { recursive: true }) : [''];
  const hash = createHash('sha256');
  for (const name of names.sort()) {
    const facts = await stat(path.join(root, name));
    if (facts.isFile()) hash.update(`${JSON.stringify(name)} ${facts.size} ${facts.mtimeMs}\n`);
  }
  return hash.digest('hex');
}
