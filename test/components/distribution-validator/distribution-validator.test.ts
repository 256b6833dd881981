import assert from 'node:assert/strict';
import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { after, test } from 'node:test';
import { DistributionValidator } from '../../../components/distribution-validator/contract.js';
import { distributionValidator } from '../../../components/distribution-validator/executor.js';
import { validateDistributions } from '../../../components/distribution-validator/index.js';
import type { Executor, ExecutorContext } from '../../../components/implement.js';
import { isPipelineError } from '../../../errors/pipeline-error.js';
import {
  readAnomalies,
  writeStatistics,
  type DatasetStatisticsProto,
  type FeatureStatisticsProto,
} from '../../../formats/statistics.js';
import { anomaliesText } from '../../../views/anomalies-view.js';
import { executorContext, inputArtifact, temporaryFolder } from '../../support/executor-context.js';

const root = temporaryFolder('distributions');
after(() => rm(root, { recursive: true }));

const common = (count: number) => ({ numNonMissing: count, minNumValues: 1, maxNumValues: 1, totNumValues: count });

function text(name: string, counts: Readonly<Record<string, number>>): FeatureStatisticsProto {
  const values = Object.entries(counts);
  const buckets = values.map(([label, sampleCount], rank) => ({ lowRank: rank, highRank: rank, label, sampleCount }));
  const commonStats = common(values.reduce((sum, [, count]) => sum + count, 0));
  return {
    path: { step: [name] },
    type: 'STRING',
    stringStats: { commonStats, unique: values.length, rankHistogram: { buckets } },
  };
}

function number(name: string, low: number, high: number): FeatureStatisticsProto {
  const bucket = { lowValue: low, highValue: high, sampleCount: 5 };
  const histograms = [{ type: 'STANDARD' as const, buckets: [bucket] }];
  const numStats = { commonStats: common(5), min: low, max: high, histograms };
  return { path: { step: [name] }, type: 'FLOAT', numStats };
}

const dataset = (features: FeatureStatisticsProto[], numExamples = 5): DatasetStatisticsProto => ({
  numExamples,
  features,
});

// What TFDV 1.16 measured of [a, b, a, a, c] against [a, a, a, a, d].
const current = dataset([text('s', { a: 3, c: 1, b: 1 }), number('n', 0, 10)]);
const baseline = dataset([text('s', { a: 4, d: 1 }), number('n', 0, 10)]);
const comparing = (distributionComparator: object, feature = 's') => ({
  defaultSliceConfig: { feature: [{ path: feature, distributionComparator }] },
});

test('a feature whose distribution moved beyond its threshold is an anomaly, in numbers that TFDV measured', () => {
  const comparator = {
    infinityNorm: { threshold: 0.1 },
    jensenShannonDivergence: { threshold: 0.1 },
    normalizedAbsDifference: { threshold: 0.05 },
  };
  const found = validateDistributions(current, baseline, comparing(comparator));
  const { s } = found.anomalyInfo ?? {};
  assert.deepEqual(
    s?.reason?.map(({ type }) => type),
    [
      'COMPARATOR_L_INFTY_HIGH',
      'COMPARATOR_NORMALIZED_ABSOLUTE_DIFFERENCE_HIGH',
      'COMPARATOR_JENSEN_SHANNON_DIVERGENCE_HIGH',
    ],
  );
  const [lInfinity, absolute, divergence] = found.driftSkewInfo?.[0]?.driftMeasurements ?? [];
  for (const [measurement, value] of [
    [lInfinity, 0.2],
    [absolute, 0.1],
    [divergence, 0.31034030477602415],
  ] as const)
    assert.ok(Math.abs((measurement?.value ?? 0) - value) < 1e-12);
  assert.equal(s.description, undefined, 'as TFX, which describes the reasons only');
  assert.match(anomaliesText(found), /ERROR +s: The Linfty distance between current and previous is 0\.2/);
});

test('within the thresholds there is no anomaly, and whatever else is odd does not count', () => {
  const odd = dataset([...(current.features ?? []), text('new', { x: 5 })]);
  const found = validateDistributions(odd, baseline, comparing({ infinityNorm: { threshold: 0.25 } }));
  assert.deepEqual(found.anomalyInfo, {});
  assert.equal(found.driftSkewInfo?.[0]?.driftMeasurements?.length, 1);
});

test('a feature that either side lacks could not be compared, which is an anomaly', () => {
  const config = comparing({ infinityNorm: { threshold: 0.25 } });
  const without = dataset([number('n', 0, 10)]);
  for (const [test, base] of [
    [without, baseline],
    [current, without],
    [dataset([], 0), baseline],
  ] as const) {
    const { s } = validateDistributions(test, base, config).anomalyInfo ?? {};
    assert.deepEqual([s?.severity, s?.reason?.map(({ type }) => type)], ['ERROR', ['STATS_NOT_AVAILABLE']]);
  }
});

test('the number of examples is compared', () => {
  const config = { defaultSliceConfig: { numExamplesComparator: { minFractionThreshold: 0.9 } } };
  const few = validateDistributions(dataset(current.features ?? [], 4), baseline, config);
  assert.equal(few.datasetAnomalyInfo?.reason?.[0]?.type, 'COMPARATOR_LOW_NUM_EXAMPLES');
  assert.equal(validateDistributions(current, baseline, config).datasetAnomalyInfo, undefined);
});

test('a comparator that can not measure its feature, or has no measure, is refused', () => {
  const refused = (comparator: object, feature: string, code: string): void => {
    assert.throws(
      () => validateDistributions(current, baseline, comparing(comparator, feature)),
      (error) => isPipelineError(error) && error.code === code,
    );
  };
  refused({ infinityNorm: { threshold: 0.1 } }, 'n', 'COMPARATOR_NOT_APPLICABLE');
  refused({ normalizedAbsDifference: { threshold: 0.1 } }, 'n', 'COMPARATOR_NOT_APPLICABLE');
  refused({}, 's', 'DISTRIBUTION_CONFIG_INVALID');
});

async function artifactOf(splits: Readonly<Record<string, DatasetStatisticsProto>>) {
  const folder = path.join(root, `statistics-${(await readdir(root)).length}`);
  for (const [name, statistics] of Object.entries(splits)) {
    await mkdir(path.join(folder, `Split-${name}`), { recursive: true });
    await writeStatistics(path.join(folder, `Split-${name}`, 'FeatureStats.pb'), { datasets: [statistics] });
  }
  return await inputArtifact('ExampleStatistics', folder, { span: 4 });
}

type Inputs = ExecutorContext<typeof DistributionValidator>['inputs'];

async function execute(inputs: Inputs, includeSplitPairs?: [string, string][]) {
  const parameters = {
    config: comparing({ infinityNorm: { threshold: 0.1 } }),
    ...(includeSplitPairs && { includeSplitPairs }),
  };
  const context = executorContext(DistributionValidator, root, { inputs, parameters });
  const { properties, summary } = await (distributionValidator.executor as Executor<typeof DistributionValidator>)(
    context,
  );
  return { summary, properties: properties?.anomalies, folder: context.outputs.anomalies.path };
}

test('pairs of splits lie as TFX lays them out; those of equal names by default', async () => {
  const statistics = await artifactOf({ train: current, eval: baseline });
  const baselineStatistics = await artifactOf({ eval: baseline, train: baseline });
  const { summary, properties, folder } = await execute({ statistics, baselineStatistics });
  assert.equal(summary, '1 error, 0 warnings');
  assert.deepEqual((await readdir(folder)).sort(), ['SplitPair-eval_eval', 'SplitPair-train_train']);
  assert.equal(properties?.['blessed'], '{"eval_eval":1,"train_train":0}');
  assert.equal(properties['span'], 4);
  assert.match(String(properties['reasons']), /Feature \\"s\\" in split \\"train_train\\": The Linfty distance/);
  const anomalies = await readAnomalies(path.join(folder, 'SplitPair-train_train', 'SchemaDiff.pb'));
  assert.deepEqual(Object.keys(anomalies.anomalyInfo ?? {}), ['s']);

  const crossed = await execute({ statistics, baselineStatistics }, [['train', 'eval']]);
  assert.deepEqual(await readdir(crossed.folder), ['SplitPair-train_eval']);
  await assert.rejects(
    execute({ statistics, baselineStatistics }, [['train', 'test']]),
    /There is no pair \["train","test"\]/,
  );
});

test('names of pairs that collide are refused', async () => {
  const statistics = await artifactOf({ a: current, a_b: current });
  const baselineStatistics = await artifactOf({ b_c: baseline, c: baseline });
  const both: [string, string][] = [
    ['a', 'b_c'],
    ['a_b', 'c'],
  ];
  await assert.rejects(execute({ statistics, baselineStatistics }, both), /both be named "a_b_c"/);
});

test('a first run, without a baseline, passes and says so', async () => {
  const statistics = await artifactOf({ train: current });
  const { summary, properties, folder } = await execute({ statistics, baselineStatistics: undefined });
  assert.equal(summary, 'no baseline to compare with');
  assert.deepEqual([properties?.['errors'], properties?.['blessed']], [0, '{"train":2}']);
  assert.deepEqual(await readdir(folder), []);
});
