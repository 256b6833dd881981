import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { splitFolder, type Artifact } from '../artifacts/artifact.js';
import type { ArtifactStore, LocalPayloads, SealOptions } from '../artifacts/store.js';
import type { InputArtifact } from '../components/implement.js';

/** A name that no other attempt has. */
export function newNonce(): string {
  return randomBytes(8).toString('hex');
}

/** The URIs below which the attempts of an execution write, by output channel. */
export function outputPlaces(
  store: ArtifactStore,
  outputs: readonly string[],
  facts: { readonly pipeline: string; readonly node: string; readonly executionId: number },
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    outputs.map((output) => [output, store.place(facts.pipeline, facts.node, output, facts.executionId)]),
  );
}

/** Folders beside the outputs where attempts of an execution keep their checkpoints. */
export function checkpointPlace(
  store: ArtifactStore,
  facts: { readonly pipeline: string; readonly node: string; readonly executionId: number },
): string {
  return store.place(facts.pipeline, facts.node, '.checkpoints', facts.executionId);
}

/** The folder beside the outputs where attempts of an execution's parts leave their states. */
export function partsPlace(
  store: ArtifactStore,
  facts: { readonly pipeline: string; readonly node: string; readonly executionId: number },
): string {
  return store.place(facts.pipeline, facts.node, '.parts', facts.executionId);
}

/** Makes inputs readable on local paths, with their splits. */
export async function fetchInput(
  local: LocalPayloads,
  artifact: Artifact,
  options: SealOptions = {},
): Promise<InputArtifact> {
  const path = await local.fetch(artifact.uri, { ...options, digest: artifact.digest });
  return { ...artifact, path, splits: await listSplits(path, artifact) };
}

async function listSplits(path: string, artifact: Artifact): Promise<InputArtifact['splits']> {
  const folders = (await readdir(path, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const present = new Set(folders.map((entry) => entry.name));
  const prefixed = [...present].filter((name) => name.startsWith(splitFolder(''))).sort();
  if (prefixed.length > 0) {
    return prefixed.map((name) => ({ name: name.slice(splitFolder('').length), path: join(path, name) }));
  }
  // Artifacts that TFX wrote before 0.29 have folders named as the splits.
  const old = splitNames(artifact).filter((name) => present.has(name));
  return old.sort().map((name) => ({ name, path: join(path, name) }));
}

function splitNames(artifact: Artifact): string[] {
  try {
    const names: unknown = JSON.parse(String(artifact.properties['split_names'] ?? '[]'));
    return Array.isArray(names) ? names.filter((name): name is string => typeof name === 'string') : [];
  } catch {
    return [];
  }
}

/** Runs `use` with an empty folder that is removed afterwards. */
export async function withTemporaryFolder<T>(root: string | undefined, use: (path: string) => Promise<T>): Promise<T> {
  const path = await mkdtemp(join(root ?? tmpdir(), 'tfx-temporal-'));
  try {
    return await use(path);
  } finally {
    await rm(path, { recursive: true, force: true });
  }
}
