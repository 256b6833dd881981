import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

/** The JSON's keys and our columns, in the order of the CSV. */
const COLUMNS = {
  species: 'Species',
  island: 'Island',
  beak_length_mm: 'Beak Length (mm)',
  beak_depth_mm: 'Beak Depth (mm)',
  flipper_length_mm: 'Flipper Length (mm)',
  body_mass_g: 'Body Mass (g)',
  sex: 'Sex',
} as const;

type Penguin = Readonly<Record<string, string | number | null>>;

/**
 * Writes the Palmer penguins of `vega-datasets` (344 rows) as a CSV with snake_case columns, unless it is there.
 * What was not measured, and the one penguin whose sex is ".", become blank cells.
 */
export async function writePenguins(file: string): Promise<void> {
  if (existsSync(file)) return;
  const json = path.join(
    path.dirname(createRequire(import.meta.url).resolve('vega-datasets')),
    '../data/penguins.json',
  );
  const penguins = JSON.parse(readFileSync(json, 'utf8')) as readonly Penguin[];
  const rows = penguins.map((penguin) => Object.values(COLUMNS).map((key) => cell(penguin[key])));
  await mkdir(path.dirname(file), { recursive: true });
  const partial = `${file}.${process.pid}.partial`;
  await writeFile(partial, [Object.keys(COLUMNS), ...rows].map((row) => `${row.join(',')}\n`).join(''));
  await rename(partial, file);
}

const cell = (value: string | number | null | undefined): string =>
  value === null || value === undefined || value === '.' ? '' : String(value);
