import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { writePenguins } from '../../examples/penguin/sample-data.js';

/** The Palmer penguins, dealt out to spans that arrive one by one in `span-<n>/penguins.csv`. */
export class PenguinSpans {
  readonly #folder: string;
  readonly #header: string;
  readonly #rows: readonly string[];

  private constructor(folder: string, lines: readonly string[]) {
    this.#folder = folder;
    const [header = '', ...rows] = lines;
    this.#header = header;
    this.#rows = rows;
  }

  static async open(folder: string): Promise<PenguinSpans> {
    const file = path.join(folder, 'penguins.csv');
    await writePenguins(file);
    return new PenguinSpans(folder, readFileSync(file, 'utf8').trim().split('\n'));
  }

  get pattern(): string {
    return path.join(this.#folder, 'span-{SPAN}/*.csv');
  }

  /** Every nth row; the file is of species after species, so that each deal has all of them. */
  deal(n: number, first: number): readonly string[] {
    return this.#rows.filter((_, i) => i % n === first);
  }

  /** As a whole folder at once: nobody sees half of it. */
  arrive(span: number, rows: readonly string[]): void {
    const partial = path.join(this.#folder, `.span-${span}`);
    mkdirSync(partial, { recursive: true });
    writeFileSync(path.join(partial, 'penguins.csv'), `${[this.#header, ...rows].join('\n')}\n`);
    renameSync(partial, path.join(this.#folder, `span-${span}`));
  }
}

const SPECIES = ['Adelie', 'Chinstrap', 'Gentoo'] as const;

/** Species that say nothing of the penguin. */
export const mislabeled = (rows: readonly string[]): string[] =>
  rows.map((row, i) => row.replace(/^[^,]*/, SPECIES[(i * 7 + Math.floor(i / 5)) % 3] ?? ''));
