import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** What a broken copy of an example's data does: one row of the table in the example's README. */
export interface BrokenInput {
  readonly name: string;
  readonly break: (table: Table, label: number) => Table;
}

/** A CSV without quotes, as both examples' data are: the header first. */
export type Table = readonly (readonly string[])[];

const header = (table: Table): readonly string[] => table[0] ?? [];
const body = (table: Table): Table => table.slice(1);

export const brokenInputs: readonly BrokenInput[] = [
  { name: 'missing column', break: (table) => table.map((row) => row.filter((_, column) => column !== 2)) },
  { name: 'empty file', break: () => [] },
  { name: 'header only', break: (table) => [header(table)] },
  {
    name: 'text in a number column',
    break: (table) => table.map((row, line) => (line % 7 === 1 ? row.with(3, 'oops') : row)),
  },
  { name: 'ragged rows', break: (table) => table.map((row, line) => (line === 6 ? [...row, 'extra'] : row)) },
  { name: 'noise: labels shuffled', break: shuffleLabels },
  {
    name: 'one class only',
    break: (table, label) => [header(table), ...body(table).filter((row) => row[label] === table[1]?.[label])],
  },
  {
    name: '200 more columns',
    break: (table) =>
      table.map((row, line) => [
        ...row,
        ...Array.from({ length: 200 }, (_, column) => (line === 0 ? `extra_${column}` : String(line * column))),
      ]),
  },
];

const named = (name: string): BrokenInput[] => brokenInputs.filter((input) => input.name === name);

/** Of strings and missing values there are other ways to be broken. */
export const brokenTaxiInputs: readonly BrokenInput[] = [
  {
    name: 'unknown payment types',
    break: (table) => {
      const column = header(table).indexOf('payment_type');
      return table.map((row, line) => (line % 10 === 1 ? row.with(column, 'Shells') : row));
    },
  },
  { name: 'seconds mostly missing', break: (table) => blank(table, 'trip_seconds') },
  ...named('text in a number column'),
  ...named('noise: labels shuffled'),
  ...named('one class only'),
];

function blank(table: Table, name: string): Table {
  const column = header(table).indexOf(name);
  return table.map((row, line) => (line % 10 > 1 ? row.with(column, '') : row));
}

/** Gives each row the label of another, by a permutation that has nothing to do with the data. */
function shuffleLabels(table: Table, label: number): Table {
  const rows = body(table);
  const order = rows.map((_, index) => index).sort((a, b) => ((a * 7919) % 10_007) - ((b * 7919) % 10_007));
  return [header(table), ...rows.map((row, index) => row.with(label, rows[order[index] ?? 0]?.[label] ?? ''))];
}

/** Writes one broken copy of a data file. @returns its path */
export async function writeBroken(source: string, label: string, input: BrokenInput, folder: string): Promise<string> {
  const table = (await readFile(source, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
  const broken = input.break(table, header(table).indexOf(label));
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, `${input.name.replaceAll(/\W+/g, '-')}.csv`);
  await writeFile(file, broken.map((row) => `${row.join(',')}\n`).join(''));
  return file;
}
