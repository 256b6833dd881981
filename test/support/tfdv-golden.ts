import { readFileSync } from 'node:fs';
import path from 'node:path';
import { sharedPath } from './shared.js';

/** One mutated input of the golden set, as its index describes it. */
export interface GoldenCase {
  readonly id: string;
  readonly dir: string;
  readonly input: string;
  readonly schema?: string;
  readonly stats?: string;
  readonly anomalies?: string;
  readonly updated_schema?: string;
  readonly environment?: string | null;
  readonly previous_stats?: string;
  readonly serving_stats?: string;
  readonly error?: string;
}

export interface GoldenDataset {
  readonly dataset: string;
  readonly name?: string;
  readonly csv: string;
  readonly dir: string;
  readonly rows: number;
}

export interface GoldenOptions {
  readonly id: string;
  readonly csv: string;
  readonly dir: string;
  readonly options: Readonly<Record<string, unknown>>;
}

export interface GoldenIndex {
  readonly whole: readonly GoldenDataset[];
  readonly cases: readonly GoldenCase[];
  readonly options: readonly GoldenOptions[];
}

/** The index of what TFDV answered, or an empty one where the shared folder is absent. */
export function goldenIndex(): GoldenIndex {
  const file = sharedPath('golden/tfdv/INDEX.json');
  if (file === undefined) return { whole: [], cases: [], options: [] };
  return JSON.parse(readFileSync(file, 'utf8')) as GoldenIndex;
}

/** A file of the golden set: `tfdv/…`, or a data set of the shared folder. */
export function goldenPath(...parts: readonly string[]): string {
  const relative = path.join(...parts);
  const found = relative.startsWith('tfdv')
    ? sharedPath(path.join('golden', relative))
    : sharedPath(path.join('data', path.basename(relative)));
  if (found === undefined) throw new Error(`golden file ${relative} is absent`);
  return found;
}
