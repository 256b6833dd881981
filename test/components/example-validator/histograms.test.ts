import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { histogramDivergence } from '../../../components/example-validator/rules/distances.js';
import { validateStatistics } from '../../../components/example-validator/validate-statistics.js';
import type { DatasetStatisticsProto, HistogramProto } from '../../../formats/statistics.js';

type Bucket = readonly [low: number, high: number, count: number];
const histogram = (buckets: readonly Bucket[], numNan = 0): HistogramProto => ({
  numNan,
  buckets: buckets.map(([lowValue, highValue, sampleCount]) => ({ lowValue, highValue, sampleCount })),
});

/* The expected numbers are what TFDV 1.16 measured on the same histograms. */
describe('Jensen-Shannon divergence of histograms', () => {
  const plain: readonly Bucket[] = [
    [0, 1, 50],
    [1, 2, 50],
  ];
  const infinite: Bucket = [Infinity, Infinity, 100];
  const cases: readonly (readonly [string, HistogramProto, HistogramProto, number | undefined])[] = [
    ['NaN on one side', histogram(plain, 100), histogram(plain), 0.31127812445913283],
    ['NaN on both sides', histogram(plain, 100), histogram(plain, 100), 0.5],
    ['infinity on both sides', histogram([...plain, infinite]), histogram([...plain, infinite]), 0.5],
    ['infinity and NaN', histogram([...plain, infinite], 100), histogram(plain), 0.4591479170272448],
    ['NaN where buckets are cut anew', histogram([plain[0]!, [1, 3, 50]], 100), histogram(plain), 0.15563906222956642],
    [
      'the same mass in finer buckets and NaN',
      histogram([plain[0]!, [1, 1.5, 25], [1.5, 2, 25]], 100),
      histogram(plain),
      0,
    ],
    [
      'points on both sides',
      histogram([...plain, [5, 5, 100]]),
      histogram([...plain, [5, 5, 50]]),
      0.020720839623908215,
    ],
    ['nothing but NaN', histogram([], 100), histogram(plain), undefined],
    ['nothing but infinity', histogram([infinite]), histogram(plain), 1],
  ];
  for (const [name, a, b, expected] of cases)
    it(`equals TFDV's: ${name}`, () => {
      const found = histogramDivergence(a, b);
      if (expected === undefined) return assert.equal(found, undefined);
      assert.ok(Math.abs((found ?? NaN) - expected) < 1e-12, `${found}`);
    });
});

it('earlier data without a row count as no earlier data', () => {
  const statistics: DatasetStatisticsProto = { numExamples: 10 };
  const schema = { datasetConstraints: { numExamplesDriftComparator: { maxFractionThreshold: 1 } } };
  const of = (previousStatistics: DatasetStatisticsProto) =>
    validateStatistics(statistics, schema, { previousStatistics });
  assert.equal(of({ numExamples: 0 }).datasetAnomalyInfo, undefined);
  assert.equal(of({ numExamples: 5 }).datasetAnomalyInfo?.reason?.[0]?.type, 'COMPARATOR_HIGH_NUM_EXAMPLES');
});
