import assert from 'node:assert/strict';
import { truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import {
  tableFromArrays,
  tableToIPC,
  vectorFromArray,
  Table,
  Utf8,
  List,
  Field,
  Int32,
  Float64,
  Binary,
} from 'apache-arrow';
import { importExampleGen } from '../../../components/example-gen/import-executor.js';
import { sqlString, withDuckDb } from '../../../formats/duckdb.js';
import { encodeExample, type ExampleRow } from '../../../formats/tf-example.js';
import { writeTfRecords } from '../../../formats/tfrecord.js';
import { sharedPath, skipWithout } from '../../support/shared.js';
import { rowsOf, runExampleGen, temporaryFolder } from './run-example-gen.js';

type Rows = Awaited<ReturnType<typeof rowsOf>>;

async function importRows(file: string, parameters: Readonly<Record<string, unknown>> = {}): Promise<Rows> {
  return await rowsOf(await runExampleGen(importExampleGen, { input: file, split: { all: 1 }, ...parameters }), 'all');
}

async function parquetOf(select: string): Promise<string> {
  const file = path.join(await temporaryFolder(), 'data.bin');
  await withDuckDb(
    { threads: 1, memoryLimitMiB: 128, temporaryPath: path.dirname(file), allowedPaths: [] },
    async (connection) => await connection.run(`COPY (${select}) TO ${sqlString(file)} (FORMAT parquet)`),
  );
  return file;
}

async function tfRecordOf(rows: readonly ExampleRow[], gzip = true): Promise<string> {
  const file = path.join(await temporaryFolder(), 'data.bin');
  await writeTfRecords(
    file,
    rows.map((row) => encodeExample(row)),
    { gzip },
  );
  return file;
}

describe('ImportExampleGen', () => {
  it('reads TFRecords, gzip and plain, with multivalent features, blanks and bytes', async () => {
    const rows: ExampleRow[] = [
      { i: [1n, -2n], f: 0.5, s: 'ä\0b', b: Uint8Array.of(255), late: null },
      { i: [], f: null, s: '', b: Uint8Array.of(0), late: 'x' },
    ];
    for (const gzip of [true, false]) {
      const found = await importRows(await tfRecordOf(rows, gzip));
      const [first, second] = found[0]?.['f'] === 0.5 ? found : [...found].reverse();
      assert.deepEqual(first?.['i'], [1n, -2n]);
      assert.deepEqual([first['s'], first['late'], Array.from(first['b'] as Uint8Array)], ['ä\0b', null, [255]]);
      assert.deepEqual([second?.['f'], second?.['s'], second?.['late']], [null, '', 'x']);
    }
  });

  it('writes TFRecords that it reads to the same rows', async () => {
    const rows = Array.from({ length: 100 }, (_, i) => ({ id: BigInt(i), tags: ['a', `t${i}`], x: i / 3 }));
    const outcome = await runExampleGen(importExampleGen, {
      input: await tfRecordOf(rows),
      format: 'tfrecord',
      split: { all: 1 },
    });
    const again = await importRows(path.join(outcome.path, 'Split-all'));
    const expected = rows.map((row) => ({ ...row, x: Math.fround(row.x) }));
    assert.deepEqual(new Set(again), new Set(expected));
  });

  it('reads Parquet of many types, and keeps lists of lists', async () => {
    const [row] = await importRows(
      await parquetOf(`SELECT 1::UTINYINT AS small, 2::UBIGINT AS big, true AS flag, 1.5::DECIMAL(9, 2) AS price, 0.1::DOUBLE AS f,
        DATE '2026-01-02' AS day, 'x'::BLOB AS b, ['p', 'q'] AS tags, [[1, 2], [3]] AS nested, NULL::VARCHAR AS missing`),
    );
    assert.deepEqual(row, {
      small: 1n,
      big: 2n,
      flag: 1n,
      price: 1.5,
      f: Math.fround(0.1),
      day: '2026-01-02',
      b: Buffer.from('x'),
      tags: ['p', 'q'],
      nested: [[1n, 2n], [3n]],
      missing: null,
    });
  });

  it('reads newline JSON, with types over all rows', async () => {
    const file = path.join(await temporaryFolder(), 'data.bin');
    await writeFile(file, '{"a": 1, "s": "2026-01-01", "l": [1, 2]}\n{"a": 2.5, "l": []}\n{"a": null, "late": "x"}\n');
    const rows = await importRows(file);
    assert.deepEqual(
      new Set(rows),
      new Set([
        { a: 1, s: '2026-01-01', l: [1n, 2n], late: null },
        { a: 2.5, s: null, l: [], late: null },
        { a: null, s: null, l: null, late: 'x' },
      ]),
    );
  });

  for (const kind of ['file', 'stream'] as const) {
    it(`reads Arrow IPC, ${kind} format`, async () => {
      const file = path.join(await temporaryFolder(), 'data.bin');
      const table = new Table({
        i: vectorFromArray([1, null, 3], new Int32()),
        f: vectorFromArray([0.5, 1.5, null], new Float64()),
        s: vectorFromArray(['a\0b', 'ä', null], new Utf8()),
        b: vectorFromArray([Uint8Array.of(255), null, Uint8Array.of(1)], new Binary()),
        l: vectorFromArray([[1, 2], [], null], new List(new Field('item', new Int32(), true))),
      });
      await writeFile(file, tableToIPC(table, kind));
      const rows = await importRows(file);
      assert.deepEqual(
        new Set(rows),
        new Set([
          { i: 1n, f: 0.5, s: 'a\0b', b: Buffer.from([255]), l: [1n, 2n] },
          { i: null, f: 1.5, s: 'ä', b: null, l: [] },
          { i: 3n, f: null, s: null, b: Buffer.from([1]), l: null },
        ]),
      );
    });
  }

  it('reads dictionary-encoded Arrow text', async () => {
    const file = path.join(await temporaryFolder(), 'data.arrow');
    await writeFile(file, tableToIPC(tableFromArrays({ s: ['x', 'y', 'x'] }), 'file'));
    assert.deepEqual((await importRows(file)).map((row) => row['s']).sort(), ['x', 'x', 'y']);
  });

  it("reads TFX's own files", { skip: skipWithout('golden/tfrecord') }, async () => {
    const outcome = await runExampleGen(importExampleGen, {
      input: [
        { name: 'train', pattern: sharedPath('golden/tfrecord/wine-train.tfrecord.gz')! },
        { name: 'eval', pattern: sharedPath('golden/tfrecord/wine-eval.tfrecord.gz')! },
      ],
    });
    assert.deepEqual(
      [outcome.result.properties?.['examples']?.['rows_train'], outcome.result.properties?.['examples']?.['rows_eval']],
      [3262, 1636],
    );
  });

  const refused: readonly (readonly [string, () => Promise<string>, string])[] = [
    ['an empty file', async () => await fileOf(''), 'IMPORT_UNREADABLE'],
    ['text', async () => await fileOf('hello'), 'IMPORT_UNREADABLE'],
    ['broken JSON', async () => await fileOf('{"a": 1}\n{"a": \n'), 'IMPORT_UNREADABLE'],
    [
      'half a Parquet file',
      async () => await cut(await parquetOf('SELECT range AS a FROM range(100)'), 200),
      'IMPORT_UNREADABLE',
    ],
    ['half a TFRecord', async () => await cut(await tfRecordOf([{ a: 1n }], false), 20), 'TFRECORD_TRUNCATED'],
    ['Parquet without rows', async () => await parquetOf('SELECT 1 AS a WHERE false'), 'IMPORT_NO_ROWS'],
    ['a struct', async () => await parquetOf("SELECT {'x': 1} AS a"), 'EXAMPLES_COLUMN_UNSUPPORTED'],
    [
      'integers beyond int64',
      async () => await parquetOf('SELECT 18446744073709551615::UBIGINT AS a'),
      'IMPORT_UNREADABLE',
    ],
    ['types that clash', async () => await tfRecordOf([{ a: 1n }, { a: 'x' }]), 'FEATURE_TYPES_CLASH'],
    ['names that clash', async () => await tfRecordOf([{ a: 1n, A: 2n }]), 'EXAMPLES_COLUMN_UNSUPPORTED'],
  ];
  for (const [what, make, code] of refused) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(importRows(await make()), (error: { code: string; message: string }) => {
        assert.equal(error.code, code, error.message);
        return true;
      });
    });
  }
});

async function fileOf(content: string): Promise<string> {
  const file = path.join(await temporaryFolder(), 'data.bin');
  await writeFile(file, content);
  return file;
}

async function cut(file: string, bytes: number): Promise<string> {
  await truncate(file, bytes);
  return file;
}
