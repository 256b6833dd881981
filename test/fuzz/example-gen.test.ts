/*
 * Hostile inputs: every one is read right or refused with a coded error. TFX_TEMPORAL_FUZZ sets how many (default
 * 200); TFX_TEMPORAL_FUZZ_SEED where the numbers start.
 */
import assert from 'node:assert/strict';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { typeOfCell, CELL_TYPES } from '../../components/example-gen/cell-type.js';
import { csvExampleGen } from '../../components/example-gen/csv-executor.js';
import { importExampleGen } from '../../components/example-gen/import-executor.js';
import { checkParameters, type ParameterSchema } from '../../components/parameters.js';
import { isPipelineError } from '../../errors/pipeline-error.js';
import { encodeExample, type ExampleRow } from '../../formats/tf-example.js';
import { frameRecord } from '../../formats/tfrecord.js';
import { openExamples, readRows, type RowValue } from '../../formats/examples.js';
import { temporaryFolder } from '../components/example-gen/run-example-gen.js';
import { sharedPath } from '../support/shared.js';
import { hostileCsv, type HostileCsv } from './hostile-csv.js';
import { Random } from './random.js';

const COUNT = Number(process.env['TFX_TEMPORAL_FUZZ'] ?? 200);
const SEED = Number(process.env['TFX_TEMPORAL_FUZZ_SEED'] ?? 0);

type Outcome = { readonly rows: Record<string, RowValue>[] } | { readonly code: string };

/** Ingests one file in a folder that is emptied each time, and reads the result back. */
async function outcomeOf(generator: typeof csvExampleGen, bytes: Buffer, folder: string): Promise<Outcome> {
  await rm(folder, { recursive: true, force: true });
  const place = path.join(folder, 'examples');
  const temporaryPath = path.join(folder, 'temporary');
  await mkdir(temporaryPath, { recursive: true });
  const input = path.join(folder, 'input');
  await writeFile(input, bytes);
  const file = (relative: string): string => {
    mkdirSync(path.dirname(path.join(place, relative)), { recursive: true });
    return path.join(place, relative);
  };
  const { values } = checkParameters(generator.contract.parameters as ParameterSchema, { input, split: { all: 1 } });
  try {
    await generator.executor!({
      parameters: values,
      inputs: {},
      outputs: { examples: { path: place, file } },
      progress: () => undefined,
      signal: new AbortController().signal,
      resources: { threads: 1, memoryLimitMiB: 512, temporaryPath },
    } as never);
  } catch (error) {
    if (!isPipelineError(error)) throw error;
    return { code: error.code };
  }
  assert.deepEqual(await readdir(place), ['Split-all']);
  const opened = await openExamples(path.join(place, 'Split-all'), { temporaryPath });
  const rows: Record<string, RowValue>[] = [];
  for await (const chunk of readRows(opened, { temporaryPath })) rows.push(...chunk);
  return { rows };
}

/** The table as it must come out: typed by column, blanks null, sorted. */
function expectedRows({ names, rows }: NonNullable<HostileCsv['table']>): string[] {
  const types = names.map((_, i) => Math.max(0, ...rows.map((row) => CELL_TYPES.indexOf(typeOfCell(row[i]!)))));
  const kept = names.length === 1 ? rows.filter(([only]) => only !== '') : rows;
  return kept.map((row) => canonical(row.map((cell, i) => [names[i]!, valueOf(cell, CELL_TYPES[types[i]!]!)]))).sort();
}

function valueOf(cell: string, type: string): RowValue {
  if (cell === '') return null;
  const plain = cell.trim().replaceAll('_', '').replace(/^\+/, '');
  if (type === 'INT') return BigInt(plain);
  if (type !== 'FLOAT') return cell;
  const special = /^-?inf/i.test(plain) ? (plain.startsWith('-') ? -Infinity : Infinity) : Number(plain);
  return Math.fround(special);
}

function canonical(entries: readonly (readonly [string, RowValue])[]): string {
  return entries
    .map(
      ([name, value]) =>
        `${name}=${typeof value === 'bigint' ? `${value}n` : typeof value === 'number' ? String(Object.is(value, -0) ? '-0' : value) : JSON.stringify(value)}`,
    )
    .join('|');
}

describe('hostile CSV files', () => {
  it(`${COUNT} of them are read right or refused with a code`, { timeout: 600_000 }, async () => {
    const folder = await temporaryFolder();
    const codes: Record<string, number> = {};
    for (let k = SEED; k < SEED + COUNT; k++) {
      const { bytes, table } = hostileCsv(new Random(k));
      const outcome = await outcomeOf(csvExampleGen, bytes, folder).catch((error: unknown) =>
        assert.fail(`input ${k}: ${String(error)}`),
      );
      const code = 'code' in outcome ? outcome.code : 'READ';
      codes[code] = (codes[code] ?? 0) + 1;
      if (table === undefined) continue;
      const expected = expectedRows(table);
      if (expected.length === 0 || table.names.some((name) => name.trim() === ''))
        assert.ok('code' in outcome, `input ${k}`);
      else {
        assert.ok('rows' in outcome, `input ${k}: refused with ${code}`);
        const found = outcome.rows.map((row) => canonical(Object.entries(row))).sort();
        const at = expected.findIndex((row, i) => row !== found[i]);
        assert.ok(at < 0, `input ${k}: found ${found[at]?.slice(0, 500)}, expected ${expected[at]?.slice(0, 500)}`);
        assert.equal(found.length, expected.length, `input ${k}`);
      }
    }
    await rm(folder, { recursive: true });
    assert.ok((codes['READ'] ?? 0) > COUNT / 4, JSON.stringify(codes));
  });
});

describe('hostile files to import', () => {
  it(`${Math.ceil(COUNT / 3)} of them are read or refused with a code`, { timeout: 600_000 }, async () => {
    const folder = await temporaryFolder();
    const parquet = await parquetBytes(folder);
    for (let k = SEED; k < SEED + COUNT / 3; k++) {
      const random = new Random(k);
      const bytes = brokenBytes(random, random.pick([parquet, tfRecordBytes(random), ndjsonBytes(random)]));
      await outcomeOf(importExampleGen as never, bytes, folder).catch((error: unknown) =>
        assert.fail(`input ${k}: ${String(error)}`),
      );
    }
    await rm(folder, { recursive: true });
  });
});

async function parquetBytes(folder: string): Promise<Buffer> {
  await outcomeOf(csvExampleGen, Buffer.from('a,b\n1,x\n2.5,y\n,z\n'), folder);
  return await readFile(path.join(folder, 'examples/Split-all/data_parquet-00000-of-00001.parquet'));
}

function tfRecordBytes(random: Random): Buffer {
  const golden = sharedPath('golden/tfrecord/mixed.tfrecord');
  const rows = Array.from({ length: random.below(5) }, (_, i): ExampleRow => ({
    a: BigInt(i),
    'x"; --': ['p', 'q'],
    f: random.next(),
  }));
  const records = rows.map((row) => encodeExample(row));
  // Well framed, but broken inside: the checksum cannot tell.
  if (random.chance(0.5)) records.push(brokenBytes(random, Buffer.from(encodeExample({ a: 1n, b: 'text' }))));
  return golden === undefined || random.chance(0.9) ? Buffer.concat(records.map(frameRecord)) : Buffer.from(golden);
}

function ndjsonBytes(random: Random): Buffer {
  const lines = [
    '{"a": 1}',
    '{"a": [1, 2]}',
    '{"a": {"b": 1}}',
    '{"a": "x", "A": 2}',
    '{}',
    'null',
    '[1]',
    '{"a": 1e999}',
    '{"a": [[1]]}',
    '{"": 1}',
    '{"\\u0000": 1}',
  ];
  return Buffer.from(`{"z": 1}\n${Array.from({ length: random.below(6) }, () => random.pick(lines)).join('\n')}\n`);
}

function brokenBytes(random: Random, bytes: Buffer): Buffer {
  if (random.chance(0.2)) return bytes;
  const copy = Buffer.from(bytes);
  for (let n = random.below(4); n >= 0; n--) if (copy.length > 0) copy[random.below(copy.length)] = random.below(256);
  return random.chance(0.4) ? copy.subarray(0, random.below(copy.length + 1)) : copy;
}
