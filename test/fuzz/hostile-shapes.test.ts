/* Hostile shapes of imported files, one by one: read right, or refused with the code that says why. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { csvExampleGen } from '../../components/example-gen/csv-executor.js';
import { importExampleGen } from '../../components/example-gen/import-executor.js';
import { isPipelineError } from '../../errors/pipeline-error.js';
import type { ExamplesRow } from '../../formats/examples.js';
import { encodeExample, type ExampleRow } from '../../formats/tf-example.js';
import { frameRecord } from '../../formats/tfrecord.js';
import { rowsOf, runExampleGen, temporaryFolder } from '../components/example-gen/run-example-gen.js';

type Outcome = { readonly rows: ExamplesRow[] } | { readonly code: string };

async function imported(bytes: Buffer, name = 'input'): Promise<Outcome> {
  const input = path.join(await temporaryFolder(), name);
  await writeFile(input, bytes);
  try {
    const outcome = await runExampleGen(importExampleGen, { input, split: { all: 1 } });
    return { rows: await rowsOf(outcome, 'all') };
  } catch (error) {
    if (isPipelineError(error)) return { code: error.code };
    throw error;
  }
}

const WIDE = 5000;
const wideNames = Array.from({ length: WIDE }, (_, i) => `column ${i}`);
const records = (rows: readonly ExampleRow[]): Buffer =>
  Buffer.concat(rows.map((row) => frameRecord(encodeExample(row))));
const rowsIn = (outcome: Outcome): ExamplesRow[] => ('rows' in outcome ? outcome.rows : assert.fail(outcome.code));
const codeOf = (outcome: Outcome): string => ('code' in outcome ? outcome.code : 'READ');

const SMALL = Array.from({ length: 3 }, (_, i): ExampleRow => ({ n: BigInt(i), text: `row number ${i}`, x: i / 2 }));
const files: Record<string, Buffer> = {};

before(async () => {
  const input = path.join(await temporaryFolder(), 'small.csv');
  await writeFile(input, 'n,text,x\n0,row number 0,0\n1,row number 1,0.5\n2,row number 2,1\n');
  const outcome = await runExampleGen(csvExampleGen, { input, split: { all: 1 } });
  const [name] = await readdir(path.join(outcome.path, 'Split-all'));
  files['Parquet'] = readFileSync(path.join(outcome.path, 'Split-all', name!));
  files['TFRecord'] = records(SMALL);
  files['gzip TFRecord'] = gzipSync(records(SMALL));
  const json = SMALL.map(({ n, ...row }) => `${JSON.stringify({ n: Number(n), ...row })}\n`).join('');
  files['newline JSON'] = Buffer.from(json);
  files['gzip newline JSON'] = gzipSync(json);
});

describe('hostile shapes', () => {
  it('with 5,000 columns are read, as tf.Examples and as newline JSON', { timeout: 300_000 }, async () => {
    const row = Object.fromEntries(wideNames.map((name, i) => [name, BigInt(i)]));
    const json = JSON.stringify(Object.fromEntries(wideNames.map((name, i) => [name, i])));
    for (const bytes of [records([row, row, {}]), Buffer.from(`${json}\n${json}\n{}\n`)]) {
      const rows = rowsIn(await imported(bytes));
      assert.equal(rows.length, 3);
      assert.deepEqual(rows.map((found) => Object.values(found).filter((value) => value !== null).length).sort(), [
        0,
        WIDE,
        WIDE,
      ]);
      assert.ok(rows.some((found) => found['column 4999'] === 4999n));
    }
  });

  it('with values of a megabyte, NULs and odd names keep every byte', async () => {
    const row: ExampleRow = {
      'a\nb': 'x\0y',
      '"; DROP TABLE rows_0; --': 'y'.repeat(1 << 20),
      '../../x': Uint8Array.from({ length: 1 << 20 }, (_, i) => i & 255),
      '<script>': ['', 'z'.repeat(1 << 20), '\0'],
      __proto__: 1n,
    };
    const named = { ...row, ['__proto__']: 1n };
    const [found] = rowsIn(await imported(records([named])));
    assert.deepEqual(Object.keys(found!).sort(), Object.keys(named).sort());
    for (const [name, value] of Object.entries(named)) {
      const bytes = (one: unknown): string => Buffer.from(one as string).toString('hex');
      const [got, wanted] = [found![name], value].map((one) => (Array.isArray(one) ? one.map(bytes) : one));
      if (typeof value === 'bigint' || Array.isArray(value)) assert.deepEqual(got, wanted);
      else assert.equal(bytes(got), bytes(value));
    }
  });

  it('with names that are the same but for case, or hold a NUL, are refused', async () => {
    for (const row of [{ a: 1n, A: 2n }, { 'a\0b': 1n }])
      assert.equal(codeOf(await imported(records([row]))), 'EXAMPLES_COLUMN_UNSUPPORTED');
  });

  it('under wrong names are told by their content', async () => {
    for (const [name, wrong] of [
      ['Parquet', 'data.csv'],
      ['TFRecord', 'data.parquet'],
      ['gzip TFRecord', 'data.json'],
      ['newline JSON', 'data.tfrecord.gz'],
      ['gzip newline JSON', 'data.csv'],
    ] as const)
      assert.equal(rowsIn(await imported(files[name]!, wrong)).length, 3, name);
  });

  it('cut off anywhere are refused, or end at a whole record', async () => {
    for (const [name, bytes] of Object.entries(files)) {
      const step = Math.max(1, Math.floor(bytes.length / 12));
      for (let length = 0; length < bytes.length; length += step) {
        const outcome = await imported(bytes.subarray(0, length));
        if ('code' in outcome) assert.match(outcome.code, /^(IMPORT_|TFRECORD_|EXAMPLE)/, `${name}, ${length} bytes`);
        else assert.ok(/^(TFRecord|newline JSON)$/.test(name) && outcome.rows.length < 3, `${name}, ${length} bytes`);
      }
    }
  });

  it('are refused with one wrong bit in any part of any record of a TFRecord', async () => {
    const bytes = files['TFRecord']!;
    const parts: [string, number][] = [];
    for (let at = 0; at < bytes.length;) {
      const length = bytes.readUInt32LE(at);
      parts.push(
        ['length', at],
        ['length', at + 7],
        ['checksum of the length', at + 8],
        ['checksum of the length', at + 11],
      );
      parts.push(['bytes', at + 12], ['bytes', at + 11 + length], ['checksum of the bytes', at + 12 + length]);
      parts.push(['checksum of the bytes', at + 15 + length]);
      at += 16 + length;
    }
    assert.equal(parts.length, 24);
    for (const [part, at] of parts) {
      for (const zipped of [false, true]) {
        const damaged = Buffer.from(bytes);
        damaged[at]! ^= 0x10;
        const code = codeOf(await imported(zipped ? gzipSync(damaged) : damaged));
        // Damage to the first length or its checksum leaves nothing by which the format is known.
        const expected = at < 12 && !zipped ? /^(IMPORT_UNREADABLE|TFRECORD_CORRUPT)$/ : /^TFRECORD_CORRUPT$/;
        assert.match(code, expected, `${part}, byte ${at}`);
      }
    }
  });

  it('with damage in the gzip stream are refused', async () => {
    const bytes = files['gzip TFRecord']!;
    for (let at = 10; at < bytes.length; at += 9) {
      const damaged = Buffer.from(bytes);
      damaged[at]! ^= 0x10;
      const code = codeOf(await imported(damaged));
      assert.match(code, /^TFRECORD_/, `byte ${at}`);
      assert.throws(() => gunzipSync(damaged));
    }
  });
});
