import { readFile, rename, writeFile } from 'node:fs/promises';
import { endianness } from 'node:os';

/** One epoch as it is reported and kept. */
export interface EpochRecord {
  readonly epoch: number;
  readonly loss: number;
  readonly validation?: { readonly loss: number; readonly metrics: Readonly<Record<string, number>> };
}

/** Where a training stands after an epoch. */
export interface TrainingProgress {
  readonly history: readonly EpochRecord[];
  /** The epoch with the lowest watched loss, and how many epochs ago that was. */
  readonly best?: { readonly epoch: number; readonly loss: number };
  readonly finished: boolean;
}

/** Values by name: the network's state, and the best epoch's under `best/`. */
export type SavedState = ReadonlyMap<string, { readonly shape: readonly number[]; readonly values: Float32Array }>;

interface Header {
  readonly progress: TrainingProgress;
  readonly variables: readonly { readonly name: string; readonly shape: readonly number[] }[];
}

/** Writes a checkpoint: a line of JSON, then all values as little-endian float32. A file is there whole or not at all. */
export async function writeCheckpoint(file: string, progress: TrainingProgress, state: SavedState): Promise<void> {
  const variables = [...state].map(([name, { shape }]) => ({ name, shape }));
  const header = Buffer.from(`${JSON.stringify({ progress, variables } satisfies Header)}\n`);
  const values = [...state.values()].map(({ values: v }) => Buffer.from(v.buffer, v.byteOffset, v.byteLength));
  await writeFile(`${file}.part`, Buffer.concat([header, ...values]));
  await rename(`${file}.part`, file);
}

/** Reads a checkpoint; undefined when there is none that can be read. */
export async function readTrainingCheckpoint(
  file: string,
): Promise<{ progress: TrainingProgress; state: SavedState } | undefined> {
  const bytes = await readFile(file).catch(() => undefined);
  const end = bytes?.indexOf(10) ?? -1;
  if (!bytes || end < 0 || endianness() !== 'LE') return undefined;
  const header = JSON.parse(bytes.subarray(0, end).toString()) as Header;
  const state = new Map<string, { shape: readonly number[]; values: Float32Array }>();
  let at = end + 1;
  for (const { name, shape } of header.variables) {
    const size = shape.reduce((product, dimension) => product * dimension, 1) * 4;
    if (at + size > bytes.length) return undefined;
    state.set(name, { shape, values: new Float32Array(Uint8Array.from(bytes.subarray(at, at + size)).buffer) });
    at += size;
  }
  return { progress: header.progress, state };
}
