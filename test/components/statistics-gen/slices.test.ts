import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { describeData, type StatisticsOptions } from '../../../data.js';

const CSV = `colour,size,weight,nothing
red,1,3.14,
red,2,3.14,
blue,1,20.6,
blue,2,,
"it's ""x""",2,1.5,
`;

describe('slices, named and counted as TFDV does', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'tfx-slices-'));
    await writeFile(path.join(folder, 'data.csv'), CSV);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function slices(statistics: StatisticsOptions): Promise<Record<string, number>> {
    const { datasets = [] } = await describeData([path.join(folder, 'data.csv')], { statistics, threads: 1 });
    return Object.fromEntries(datasets.map(({ name = '', numExamples = 0 }) => [name, numExamples]));
  }

  it('a cross of features has a slice for each combination, its features ordered by name', async () => {
    assert.deepEqual(await slices({ slices: [{ featureKeys: ['size', 'colour'] }] }), {
      'All Examples': 5,
      colour_blue_size_1: 1,
      colour_blue_size_2: 1,
      [`colour_it's "x"_size_2`]: 1,
      colour_red_size_1: 1,
      colour_red_size_2: 1,
    });
  });

  it('given values choose slices; those that do not occur have none', async () => {
    const chosen = { slices: [{ featureKeys: ['size'], featureValues: { colour: ['red', 'green'] } }] };
    assert.deepEqual(await slices(chosen), { 'All Examples': 5, colour_red_size_1: 1, colour_red_size_2: 1 });
  });

  it('a float of 32 bits is written as Python writes it', async () => {
    assert.deepEqual(await slices({ sliceFeatures: ['weight'] }), {
      'All Examples': 5,
      'weight_1.5': 1,
      'weight_20.600000381469727': 1,
      'weight_3.140000104904175': 2,
    });
  });

  it('a feature without values makes no slices, and the whole is still named', async () => {
    assert.deepEqual(await slices({ sliceFeatures: ['nothing'] }), { 'All Examples': 5 });
  });

  it('SQL chooses and renames keys; conditions take texts in either quotes', async () => {
    const sliceSqls = [
      'SELECT STRUCT(size, colour AS c) FROM example.colour, example.size WHERE size > 1 AND colour != b"red"',
      "SELECT STRUCT(w) FROM example.weight AS w WHERE w > 10 OR w < 2 AND 'a' = 'a'",
    ];
    assert.deepEqual(await slices({ sliceSqls }), {
      'All Examples': 5,
      size_2_c_blue: 1,
      [`size_2_c_it's "x"`]: 1,
      'w_1.5': 1,
      'w_20.6': 1,
    });
  });

  it('features in a slice without values keep their types', async () => {
    const { datasets = [] } = await describeData([path.join(folder, 'data.csv')], {
      statistics: { slices: [{ featureValues: { colour: ['blue'], size: [2] } }] },
      threads: 1,
    });
    const types = datasets[1]?.features?.map(({ path: of, type = 'INT', numStats }) => [
      of?.step?.[0],
      type,
      numStats !== undefined,
    ]);
    assert.deepEqual(types, [
      ['colour', 'STRING', false],
      ['size', 'INT', true],
      ['weight', 'FLOAT', true],
      ['nothing', 'STRING', false],
    ]);
  });

  it('a query of another form, and an unknown feature, are refused', async () => {
    const code = 'STATISTICS_SLICE_SQL_INVALID';
    await assert.rejects(slices({ sliceSqls: ['SELECT colour FROM examples'] }), { code });
    await assert.rejects(slices({ sliceSqls: ['SELECT STRUCT(size) FROM example.colour'] }), { code });
    await assert.rejects(slices({ sliceSqls: ['SELECT STRUCT(size) FROM example.size WHERE nope > 1'] }), { code });
    await assert.rejects(slices({ sliceSqls: ['SELECT STRUCT(size) FROM example.size WHERE 1=1; DROP TABLE x'] }), {
      code,
    });
    await assert.rejects(slices({ slices: [{ featureKeys: ['none'] }] }), { code: 'STATISTICS_FEATURE_UNKNOWN' });
  });
});
