import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { expectedInformation } from '../../../components/statistics-gen/expected-information.js';
import { describeData, type DatasetStatisticsProto, type StatisticsOptions } from '../../../data.js';

/** `twice` is x doubled, `apart` has nothing to do with the label; 8 rows, 4 of each label. */
const CSV = `x,twice,colour,apart,label
1,2,red,a,yes
2,4,red,b,yes
3,6,red,a,yes
4,8,blue,b,yes
5,10,blue,a,no
6,12,blue,b,no
7,14,blue,a,no
8,16,,b,no
`;

describe('statistics with a label', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'tfx-label-'));
    await writeFile(path.join(folder, 'data.csv'), CSV);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function describeWith(statistics: StatisticsOptions): Promise<DatasetStatisticsProto> {
    const { datasets } = await describeData([path.join(folder, 'data.csv')], { statistics, threads: 1 });
    return datasets?.[0] ?? {};
  }

  it('lift is P(label | value) / P(label)', async () => {
    const { crossFeatures = [] } = await describeWith({ labelFeature: 'label' });
    const colour = crossFeatures.find(({ pathX }) => pathX?.step?.[0] === 'colour');
    const series = colour?.categoricalCrossStats?.lift?.liftSeries ?? [];
    const lifts = series.map(({ yString, yCount, liftValues = [] }) => [
      yString,
      yCount,
      liftValues.map(({ xString, lift, xCount, xAndYCount }) => [xString, lift, xCount, xAndYCount]),
    ]);
    assert.deepEqual(lifts, [
      [
        'no',
        4,
        [
          ['blue', 1.5, 4, 3],
          ['red', 0, 3, 0],
        ],
      ],
      [
        'yes',
        4,
        [
          ['red', 2, 3, 3],
          ['blue', 0.5, 4, 1],
        ],
      ],
    ]);
  });

  it('lift writes integers beyond 32 bits as text, and takes features of any name', async () => {
    const file = path.join(folder, 'great.csv');
    await writeFile(file, 'r,w\n17031832600,1\n5,0\n');
    const int = (name: string) => ({ name, type: 'INT' as const, intDomain: { isCategorical: true } });
    const statistics = { labelFeature: 'w', schema: { feature: [int('r'), int('w')] } };
    const { datasets = [] } = await describeData([file], { statistics, threads: 1 });
    const [series] = datasets[0]?.crossFeatures?.[0]?.categoricalCrossStats?.lift?.liftSeries ?? [];
    assert.equal(series?.yInt, 0);
    assert.deepEqual(
      series.liftValues?.map(({ xInt, xString, lift }) => [xInt ?? xString, lift]),
      [
        [5, 2],
        ['17031832600', 0],
      ],
    );
  });

  it('lift takes numeric labels by buckets', async () => {
    const { crossFeatures = [] } = await describeWith({ labelFeature: 'x', labelBoundaries: [5] });
    const label = crossFeatures.find(({ pathX }) => pathX?.step?.[0] === 'label');
    const [low, high] = label?.categoricalCrossStats?.lift?.liftSeries ?? [];
    assert.deepEqual(low?.yBucket, { lowValue: -Infinity, highValue: 5 });
    assert.equal(low.liftValues?.[0]?.xString, 'yes');
    assert.equal(low.liftValues[0].lift, 2);
    assert.equal(high?.liftValues?.[0]?.xString, 'no');
  });

  it('mutual information is 1 bit for what settles the label, and 0 for what tells nothing', async () => {
    const { features = [] } = await describeWith({ labelFeature: 'label', mutualInformation: true });
    const bits = (name: string): number | undefined =>
      features
        .find(({ path: of }) => of?.step?.[0] === name)
        ?.customStats?.find(({ name: statistic }) => statistic === 'mutual_information')?.num;
    assert.equal(bits('x'), 1);
    assert.equal(bits('apart'), 0);
    assert.ok((bits('colour') ?? 0) > 0.5 && (bits('colour') ?? 0) < 1);
  });

  it('adjusted mutual information takes off what is expected by chance', async () => {
    const { features = [] } = await describeWith({ labelFeature: 'label', mutualInformation: true });
    const adjusted = (name: string): number =>
      features
        .find(({ path: of }) => of?.step?.[0] === name)
        ?.customStats?.find(({ name: statistic }) => statistic === 'adjusted_mutual_information')?.num ?? -1;
    // A value of its own for every example tells all of any label, in any order.
    assert.ok(Math.abs(adjusted('x')) < 1e-12);
    assert.equal(adjusted('apart'), 0);
    assert.ok(adjusted('colour') > 0.2 && adjusted('colour') < 0.5);
  });

  it('the expected information is the mean over all orders', () => {
    // Two features of 4 examples with 2 + 2: of 6 orders, 2 tell 1 bit and 4 tell nothing.
    const sizes = new Map([[2, 2]]);
    assert.ok(Math.abs(expectedInformation(sizes, sizes, 4) - 1 / 3) < 1e-12);
    // By sklearn.metrics.cluster.expected_mutual_information, in bits.
    const [xs, ys] = [
      new Map([
        [50, 1],
        [30, 1],
        [20, 1],
      ]),
      new Map([
        [60, 1],
        [40, 1],
      ]),
    ];
    assert.ok(Math.abs(expectedInformation(xs, ys, 100) - 0.01480225409722859) < 1e-12);
  });

  it('lift by weight follows lift, in the same list', async () => {
    const { crossFeatures = [] } = await describeWith({ labelFeature: 'label', weightFeature: 'x' });
    const colour = crossFeatures.find(({ pathX }) => pathX?.step?.[0] === 'colour');
    const series = colour?.categoricalCrossStats?.lift?.liftSeries ?? [];
    assert.deepEqual(
      series.slice(2).map(({ yString, weightedYCount, liftValues }) => ({ yString, weightedYCount, liftValues })),
      [
        {
          yString: 'no',
          weightedYCount: 26,
          liftValues: [
            { xString: 'blue', lift: 18 / 22 / (26 / 8), weightedXCount: 22, weightedXAndYCount: 18 },
            { xString: 'red', lift: 0, weightedXCount: 6, weightedXAndYCount: 0 },
          ],
        },
        {
          yString: 'yes',
          weightedYCount: 10,
          liftValues: [
            { xString: 'red', lift: 1 / (10 / 8), weightedXCount: 6, weightedXAndYCount: 6 },
            { xString: 'blue', lift: 4 / 22 / (10 / 8), weightedXCount: 22, weightedXAndYCount: 4 },
          ],
        },
      ],
    );
  });

  it('covariance and correlation are over the examples that have both numbers', async () => {
    const { crossFeatures = [] } = await describeWith({ crossFeatures: true });
    const [only] = crossFeatures;
    assert.deepEqual([only?.pathX?.step, only?.pathY?.step, only?.count], [['twice'], ['x'], 8]);
    assert.equal(only?.numCrossStats?.covariance, 10.5);
    assert.ok(Math.abs((only.numCrossStats.correlation ?? 0) - 1) < 1e-15);
  });

  it('a label that is not there is refused', async () => {
    await assert.rejects(describeWith({ labelFeature: 'nothing' }), { code: 'STATISTICS_FEATURE_UNKNOWN' });
    await assert.rejects(describeWith({ weightFeature: 'colour' }), { code: 'STATISTICS_WEIGHT_INVALID' });
  });
});
