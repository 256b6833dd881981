import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { after, test } from 'node:test';
import {
  customAnomalies,
  withCustomAnomalies,
  type CustomValidationConfig,
} from '../../../components/example-validator/index.js';
import { isPipelineError } from '../../../errors/pipeline-error.js';
import type { StatisticsProto } from '../../../formats/statistics.js';
import { temporaryFolder } from '../../support/executor-context.js';

const temporaryPath = temporaryFolder('custom');
after(() => rm(temporaryPath, { recursive: true }));

const statistics: StatisticsProto = {
  datasets: [
    {
      name: 'All Examples',
      numExamples: 5,
      features: [
        {
          path: { step: ['a'] },
          type: 'INT',
          numStats: {
            commonStats: { numNonMissing: 5, minNumValues: 1, maxNumValues: 1, avgNumValues: 1, totNumValues: 5 },
            ...{ mean: 1.2, stdDev: 1.17, numZeros: 2, max: 3, median: 1 },
            histograms: [{ buckets: [{ highValue: 3, sampleCount: 5 }] }, { type: 'QUANTILES', buckets: [] }],
          },
        },
        {
          path: { step: ['s'] },
          type: 'STRING',
          stringStats: {
            commonStats: { numNonMissing: 4, numMissing: 1, totNumValues: 4 },
            unique: 2,
            topValues: [
              { value: 'x', frequency: 3 },
              { value: "it's", frequency: 1 },
            ],
          },
        },
        { path: { step: ['f'] }, type: 'FLOAT', numStats: { mean: 5, max: Number.POSITIVE_INFINITY } },
      ],
    },
    { name: 's_x', numExamples: 3, features: [{ path: { step: ['a'] }, numStats: { mean: 9 } }] },
  ],
};

const single = (featurePath: string, sqlExpression: string): CustomValidationConfig => ({
  featureValidations: [{ featurePath, validations: [{ sqlExpression, description: 'd' }] }],
});
const check = async (config: CustomValidationConfig, options = {}) =>
  await customAnomalies(statistics, config, options, { temporaryPath });

test('expressions hold or do not, as TFDV answered', async () => {
  const holding: readonly (readonly [string, string])[] = [
    ['a', 'feature.num_stats.num_zeros < 3'],
    ['a', 'feature.num_stats.mean BETWEEN 0 AND 1.2'],
    ['a', 'feature.string_stats IS NULL'],
    ['a', 'feature.num_stats.max / feature.num_stats.num_zeros > 1.4'],
    ['a', 'feature.type = \'INT\' AND feature.type != "FLOAT"'],
    ['a', "feature.path.step[OFFSET(0)] = 'a'"],
    ['a', 'ARRAY_LENGTH(feature.num_stats.histograms) = 2'],
    ['a', "EXISTS(SELECT 1 FROM UNNEST(feature.num_stats.histograms) AS h WHERE h.type = 'QUANTILES')"],
    ['a', '(SELECT MAX(b.sample_count) FROM UNNEST(feature.num_stats.histograms[OFFSET(0)].buckets) b) < 6'],
    ['a', 'SAFE_DIVIDE(feature.num_stats.num_zeros, 0) IS NULL AND 5 / 2 = 2.5 AND MOD(5, 2) = 1'],
    ['a', 'CAST(feature.num_stats.num_zeros AS FLOAT64) > 1 AND COALESCE(feature.string_stats.unique, 7) = 7'],
    ['s', "'x' IN (SELECT v.value FROM UNNEST(feature.string_stats.top_values) v)"],
    ['s', 'feature.string_stats.top_values[ORDINAL(2)].value = "it\'s"'],
    ['f', 'IS_INF(feature.num_stats.max) AND NOT IS_NAN(feature.num_stats.mean)'],
  ];
  for (const [feature, sql] of holding) assert.deepEqual(await check(single(feature, sql)), {}, sql);
  // A name is empty where the statistics have a path.
  for (const sql of ['feature.num_stats.num_zeros < 1', "feature.name = 'a'", 'FALSE'])
    assert.deepEqual(Object.keys(await check(single('a', sql))), ['a'], sql);
});

test('a false expression is an anomaly in the words of TFDV', async () => {
  const { a } = await check(single('a', 'feature.num_stats.num_zeros < 1'));
  const description =
    'Custom validation triggered anomaly. Query: feature.num_stats.num_zeros < 1 Test dataset: default slice';
  const reason = [{ type: 'CUSTOM_VALIDATION', shortDescription: 'd', description }];
  assert.deepEqual(a, { path: { step: ['a'] }, severity: 'ERROR', shortDescription: 'd', description, reason });
});

test('features are compared with earlier ones, and slices looked at by name', async () => {
  const sqlExpression = 'feature_test.num_stats.mean > feature_base.num_stats.mean * 2';
  const validations = [{ sqlExpression, severity: 'WARNING' as const, description: 'p' }];
  const pair = { featureTestPath: 'a', featureBasePath: 'f', validations };
  const found = await check({ featurePairValidations: [pair] }, { base: statistics });
  assert.equal(found['a']?.severity, 'WARNING');
  assert.match(found['a'].description ?? '', / Test dataset: default slice Base dataset: {2}Base path: f$/);
  assert.deepEqual(
    await check(
      { featurePairValidations: [{ ...pair, featureBasePath: 'a', datasetName: 's_x' }] },
      { base: statistics },
    ),
    {},
  );
});

test('validations of an environment run in it alone', async () => {
  const validations = [{ sqlExpression: 'FALSE', inEnvironment: ['SERVING'] }];
  const config = { featureValidations: [{ featurePath: 'a', validations }] };
  assert.deepEqual(await check(config), {});
  assert.deepEqual(await check(config, { environment: 'TRAINING' }), {});
  assert.deepEqual(Object.keys(await check(config, { environment: 'SERVING' })), ['a']);
});

test('what can not be answered is refused, and reaches no file', async () => {
  const refused = async (code: string, feature: string, sql: string): Promise<void> => {
    await assert.rejects(check(single(feature, sql)), (error) => isPipelineError(error) && error.code === code, sql);
  };
  for (const sql of ['feature.string_stats.unique > 1', 'NULL', '1', "'x'", 'feature.nope', 'syntax (', '1 / 0 > 1'])
    await refused('CUSTOM_VALIDATION_INVALID', 'a', sql);
  await refused('CUSTOM_VALIDATION_INVALID', 'a', "(SELECT count(*) > 0 FROM read_text('/etc/passwd'))");
  await refused('CUSTOM_VALIDATION_INVALID', 'a', 'TRUE); CREATE TABLE t AS (SELECT 1');
  await refused('CUSTOM_VALIDATION_UNKNOWN', 'zz', 'TRUE');
  const datasetName = 'nope';
  await assert.rejects(
    check({ featureValidations: [{ datasetName, featurePath: 'a', validations: [] }] }),
    /dataset "nope"/,
  );
  const pair = { featureTestPath: 'a', featureBasePath: 'a', validations: [] };
  await assert.rejects(check({ featurePairValidations: [pair] }), /need statistics of earlier data/);
});

test('anomalies of both kinds of one feature are told together', async () => {
  const reason = [{ type: 'UNEXPECTED_DATA_TYPE', description: 'one.' }];
  const known = { severity: 'WARNING' as const, description: 'one.', reason };
  const both = withCustomAnomalies({ anomalyInfo: { a: known } }, await check(single('a', 'FALSE')));
  const { a } = both.anomalyInfo ?? {};
  assert.deepEqual([a?.severity, a?.shortDescription, a?.reason?.length], ['ERROR', 'Multiple errors', 2]);
  assert.match(a?.description ?? '', /^one\. Custom validation triggered/);
});
