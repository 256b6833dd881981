import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { allExamples, describeData } from '../../../data.js';
import { encodeExample } from '../../../formats/tf-example.js';
import { writeTfRecords } from '../../../formats/tfrecord.js';

test('CSV has the types of the schema when asked for, and only its columns, as in TFDV', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'tfx-types-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = path.join(folder, 'data.csv');
  await writeFile(file, 'code,mass,other\n7,1,x\n42,2,y\n');
  const schema = {
    feature: [
      { name: 'code', type: 'BYTES' as const },
      { name: 'mass', type: 'FLOAT' as const },
    ],
  };
  const { features } = allExamples(await describeData([file], { statistics: { schema, inferTypeFromSchema: true } }));
  assert.deepEqual(
    features?.map(({ path: of, type }) => [of?.step?.[0], type]),
    [
      ['code', 'STRING'],
      ['mass', 'FLOAT'],
    ],
  );
});

test('TFRecords: an empty list is present, and a feature that never has a kind is a text that is missing', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'tfx-empty-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = path.join(folder, 'data.tfrecord');
  const rows = [
    { one: [], none: [], some: 1n },
    { one: [5n], none: [], some: null },
  ];
  await writeTfRecords(
    file,
    rows.map((row) => encodeExample(row, { one: 'int64', some: 'int64' })),
  );
  const { features = [] } = allExamples(await describeData([file]));
  const common = (name: string) => {
    const found = features.find(({ path: of }) => of?.step?.[0] === name);
    const {
      numNonMissing = 0,
      numMissing = 0,
      minNumValues = 0,
    } = (found?.numStats ?? found?.stringStats)?.commonStats ?? {};
    return [found?.type ?? 'INT', numNonMissing, numMissing, minNumValues];
  };
  assert.deepEqual(common('one'), ['INT', 2, 0, 0]);
  assert.deepEqual(common('some'), ['INT', 1, 1, 1]);
  assert.deepEqual(common('none'), ['STRING', 0, 2, 0]);
});
