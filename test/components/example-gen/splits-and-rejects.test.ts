import assert from 'node:assert/strict';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import { csvExampleGen } from '../../../components/example-gen/csv-executor.js';
import { sha256Bucket } from '../../../components/example-gen/row-functions.js';
import { decodeExample, encodeExample } from '../../../formats/tf-example.js';
import { readTfRecords } from '../../../formats/tfrecord.js';
import { sharedPath, skipWithout } from '../../support/shared.js';
import { rowsOf, runExampleGen, temporaryFolder, type RunOutcome } from './run-example-gen.js';

async function ingest(content: string, parameters: Readonly<Record<string, unknown>> = {}): Promise<RunOutcome> {
  const input = path.join(await temporaryFolder(), 'data.csv');
  await writeFile(input, content);
  return await runExampleGen(csvExampleGen, { input, split: { all: 1 }, ...parameters });
}

async function recordsOf(file: string): Promise<string[]> {
  const records: string[] = [];
  for await (const record of readTfRecords(file)) records.push(Buffer.from(record).toString('hex'));
  return records.sort();
}

describe('tfxCompatible', () => {
  it("splits by the sha256 of the deterministic tf.Example, as TFX's golden vector says", () => {
    const buckets = Array.from({ length: 12 }, (_, i) =>
      sha256Bucket(encodeExample({ a: BigInt(i), s: `row${i}` }), 3),
    );
    assert.deepEqual(
      buckets.map((bucket) => (bucket < 2 ? 0 : 1)),
      [0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0],
    );
  });

  it(
    'writes the very records that TFX wrote for wine, split by split',
    { skip: skipWithout('golden/tfrecord') },
    async () => {
      const input = sharedPath('data/wine-quality.csv');
      const outcome = await runExampleGen(csvExampleGen, { input, tfxCompatible: true, format: 'tfrecord' });
      for (const [split, rows] of [
        ['train', 3262],
        ['eval', 1636],
      ] as const) {
        const ours = await recordsOf(path.join(outcome.path, `Split-${split}`, 'data_tfrecord-00000-of-00001.gz'));
        assert.equal(ours.length, rows);
        assert.deepEqual(
          ours,
          (await recordsOf(sharedPath(`golden/tfrecord/wine-${split}.tfrecord.gz`)!)).map(sortedKeys).sort(),
        );
      }
    },
  );

  it('keeps blanks as features without values, and all-blank columns as features without a kind', async () => {
    const outcome = await ingest('a,b,c\n1,,x\n,,\n', { tfxCompatible: true, format: 'tfrecord' });
    const records = await recordsOf(path.join(outcome.path, 'Split-all', 'data_tfrecord-00000-of-00001.gz'));
    const types = { a: 'int64', c: 'bytes' } as const;
    const expected = [
      { a: 1n, b: [], c: 'x' },
      { a: [], b: [], c: [] },
    ].map((row) => Buffer.from(encodeExample(row, types)).toString('hex'));
    assert.deepEqual(records, expected.sort());
  });
});

it('keeps -0 and 0 apart, whose records differ', async () => {
  const outcome = await ingest(`x\n${'0.5\n-0.0\n0.0\n'.repeat(100)}`, { format: 'tfrecord' });
  const records = await recordsOf(path.join(outcome.path, 'Split-all', 'data_tfrecord-00000-of-00001.gz'));
  const expected = [0.5, -0, 0].map((x) => Buffer.from(encodeExample({ x })).toString('hex')).sort();
  assert.deepEqual([...new Set(records)], expected);
});

/** TFX serializes map entries in any order. */
function sortedKeys(hex: string): string {
  const bytes = Buffer.from(hex, 'hex');
  const features = decodeExample(bytes);
  const types = Object.fromEntries(Object.entries(features).map(([name, { type }]) => [name, type!]));
  return Buffer.from(
    encodeExample(Object.fromEntries(Object.entries(features).map(([name, { values }]) => [name, values])), types),
  ).toString('hex');
}

describe('other splits', () => {
  const content = `id,group,day\n${Array.from({ length: 900 }, (_, i) => `${i},g${i % 30},2026-0${1 + (i % 9)}-01`).join('\n')}\n`;
  const split = { train: 2, eval: 1 };

  for (const tfxCompatible of [false, true]) {
    it(`a partition feature keeps its values together${tfxCompatible ? ', by the rule of TFX' : ''}`, async () => {
      const outcome = await ingest(content, { split, partitionFeature: 'group', tfxCompatible });
      const [train, held] = await Promise.all([rowsOf(outcome, 'train'), rowsOf(outcome, 'eval')]);
      const groups = new Set(train.map((row) => row['group']));
      assert.equal(train.length + held.length, 900);
      assert.ok(held.length > 0 && held.every((row) => !groups.has(row['group'])));
    });
  }

  it('a stratified split shares out each value exactly', async () => {
    const outcome = await ingest(content, { split, stratifyBy: 'group' });
    const held = await rowsOf(outcome, 'eval');
    for (let g = 0; g < 30; g++) assert.equal(held.filter((row) => row['group'] === `g${g}`).length, 10);
  });

  it('a time split cuts at its bounds', async () => {
    const timeSplit = { feature: 'day', bounds: ['2026-04-01', '2026-07-01'], names: ['train', 'eval', 'test'] };
    const outcome = await ingest(content, { split: undefined, timeSplit });
    assert.deepEqual(outcome.result.metrics, { rows: 900 });
    assert.ok((await rowsOf(outcome, 'test')).every((row) => String(row['day']) >= '2026-07-01'));
    assert.ok((await rowsOf(outcome, 'train')).every((row) => String(row['day']) < '2026-04-01'));
  });

  it('an input with splits of its own keeps them', async () => {
    const folder = await temporaryFolder();
    await writeFile(path.join(folder, 'a.csv'), 'x\n1\n');
    await writeFile(path.join(folder, 'b.csv'), 'x\n2\n3\n');
    const input = [
      { name: 'train', pattern: `${folder}/a.csv` },
      { name: 'eval', pattern: `${folder}/b.*` },
    ];
    const outcome = await runExampleGen(csvExampleGen, { input });
    assert.equal((await rowsOf(outcome, 'eval')).length, 2);
    await assert.rejects(runExampleGen(csvExampleGen, { input, split }), { code: 'SPLIT_CONFIG_INVALID' });
  });

  const refused: readonly (readonly [string, Readonly<Record<string, unknown>>, string])[] = [
    ['an unknown feature', { partitionFeature: 'nope' }, 'SPLIT_FEATURE_UNKNOWN'],
    ['a feature with missing values', { partitionFeature: 'b' }, 'SPLIT_FEATURE_MISSING_VALUES'],
    ['two rules at once', { partitionFeature: 'a', stratifyBy: 'a' }, 'SPLIT_CONFIG_INVALID'],
    ["a float feature, with TFX's rule", { partitionFeature: 'f', tfxCompatible: true }, 'SPLIT_CONFIG_INVALID'],
    [
      'bounds of another type',
      { timeSplit: { feature: 'a', bounds: ['x'], names: ['p', 'q'] } },
      'SPLIT_CONFIG_INVALID',
    ],
  ];
  for (const [what, parameters, code] of refused) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(ingest('a,b,f\n1,2,.5\n3,,.5\n', parameters), { code });
    });
  }
});

describe('bad rows', () => {
  const content = 'a,b\n1,x\n2\n"3\n\n",y\n4,5,6\n7,z\n';

  it('are skipped, and counted', async () => {
    const outcome = await ingest(content, { onBadRow: 'skip' });
    assert.equal((await rowsOf(outcome, 'all')).length, 3);
    assert.equal(outcome.result.properties?.['examples']?.['rejected_rows'], 2);
    assert.deepEqual(await readdir(outcome.path), ['Split-all']);
  });

  it('are set aside with file, line and value', async () => {
    const outcome = await ingest(content, { onBadRow: 'quarantine' });
    const lines = (await readFile(path.join(outcome.path, 'rejected-rows.ndjson'), 'utf8')).trim().split('\n');
    const rows = lines.map((line) => JSON.parse(line) as { line: number; value: string });
    assert.deepEqual(
      rows.map(({ line, value }) => [line, value]),
      [
        [3, '2'],
        [7, '4,5,6'],
      ],
    );
  });

  it('beyond the maximum fail the run', async () => {
    await assert.rejects(ingest(content, { onBadRow: 'skip', maxBadRows: 1 }), { code: 'CSV_TOO_MANY_BAD_ROWS' });
  });

  it('are also values that do not fit the given type', async () => {
    const parameters = { columnTypes: { a: 'INT', b: 'STRING' } };
    const text = 'a,b\n1,1\n"1.5\n",2\n,3\nx,4\n1e3,5\n';
    await assert.rejects(ingest(text, parameters), (error: { code: string; message: string }) => {
      assert.equal(error.code, 'CSV_VALUE_MISFIT');
      assert.match(error.message, /line 3, column "a": the value is no INT: "1.5\\n"/);
      return true;
    });
    const outcome = await ingest(text, { ...parameters, onBadRow: 'quarantine' });
    assert.deepEqual(
      new Set(await rowsOf(outcome, 'all')),
      new Set([
        { a: 1n, b: '1' },
        { a: null, b: '3' },
      ]),
    );
    const rejected = (await readFile(path.join(outcome.path, 'rejected-rows.ndjson'), 'utf8')).trim().split('\n');
    assert.deepEqual(
      rejected.map((line) => (JSON.parse(line) as { line: number }).line),
      [3, 6, 7],
    );
  });
});
