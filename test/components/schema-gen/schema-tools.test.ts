import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  acceptAnomaly,
  diffSchemas,
  editSchema,
  inferSchema,
  mergeSchemas,
  updateSchema,
} from '../../../components/schema-gen/index.js';
import { validateStatistics } from '../../../components/example-validator/index.js';
import { isPipelineError } from '../../../errors/pipeline-error.js';
import { parseSchema } from '../../../formats/schema.js';
import type { DatasetStatisticsProto } from '../../../formats/statistics.js';

const counts = (numNonMissing: number, numMissing = 0) => ({
  numNonMissing,
  numMissing,
  minNumValues: 1,
  maxNumValues: 1,
  totNumValues: numNonMissing,
});

function statistics(cities: Readonly<Record<string, number>>, maximum = 10): DatasetStatisticsProto {
  const total = Object.values(cities).reduce((sum, count) => sum + count, 0);
  const buckets = Object.entries(cities).map(([label, sampleCount]) => ({ label, sampleCount }));
  return {
    numExamples: total,
    features: [
      {
        path: { step: ['city'] },
        type: 'STRING',
        stringStats: { commonStats: counts(total), unique: buckets.length, rankHistogram: { buckets } },
      },
      { path: { step: ['fare'] }, type: 'FLOAT', numStats: { commonStats: counts(total), min: 1, max: maximum } },
    ],
  };
}

const inferred = inferSchema(statistics({ Oslo: 5, Rome: 5 }));

void test('a schema is edited in code, rule by rule, without touching the original', () => {
  const editor = editSchema(inferred);
  editor.feature('fare').presence({ minFraction: 0.5 }).range({ min: 0, max: 100 }).drift({ jensenShannon: 0.1 });
  editor.environments('TRAINING', 'SERVING').feature('city').notInEnvironment('SERVING');
  const words = diffSchemas(inferred, editor.build()).map((change) => change.words);
  assert.deepEqual(words, [
    'Feature "city": environments was not set, is not in SERVING.',
    'Feature "fare": presence was in at least 100 % of examples and in at least 1 example, is in at least 50 % of examples and in at least 1 example.',
    'Feature "fare": domain was not set, is floatDomain from 0 to 100.',
    'Feature "fare": drift was not set, is Jensen-Shannon divergence at most 0.1.',
  ]);
  assert.deepEqual(diffSchemas(inferred, inferSchema(statistics({ Oslo: 5, Rome: 5 }))), []);
});

void test('editing an unknown feature, or a comparator that can not apply, is refused', () => {
  const code = (expected: string) => (error: unknown) => isPipelineError(error) && error.code === expected;
  assert.throws(() => editSchema(inferred).feature('far'), code('SCHEMA_FEATURE_UNKNOWN'));
  assert.throws(
    () => editSchema(inferred).feature('fare').drift({ infinityNorm: 0.1 }),
    code('COMPARATOR_NOT_APPLICABLE'),
  );
});

void test('accepting an anomaly gives a schema without it', () => {
  const odd = statistics({ Oslo: 5, Rome: 4, Lima: 1 });
  assert.deepEqual(Object.keys(validateStatistics(odd, inferred).anomalyInfo ?? {}), ['city']);
  const accepted = acceptAnomaly(inferred, odd, 'city');
  assert.deepEqual(accepted.stringDomain?.[0]?.value, ['Oslo', 'Rome', 'Lima']);
  assert.equal(validateStatistics(odd, accepted).anomalyInfo, undefined);
  assert.throws(() => acceptAnomaly(inferred, odd, 'fare'), /no anomaly of "fare"/);
});

void test('newly inferred rules are merged into a curated schema; what both changed is a conflict and stays curated', () => {
  const editor = editSchema(inferred);
  editor.feature('fare').range({ max: 50 });
  editor.feature('city').domain(['Oslo', 'Rome', 'Paris']);
  const fresh = statistics({ Oslo: 5, Lima: 5 });
  fresh.features?.push({ path: { step: ['tips'] }, type: 'INT', numStats: { commonStats: counts(10), max: 4 } });
  const { schema, conflicts } = mergeSchemas(inferred, editor.build(), inferSchema(fresh));
  assert.deepEqual(
    conflicts.map(({ feature, rule }) => [feature, rule]),
    [['city', 'domain']],
  );
  assert.deepEqual(schema.stringDomain, [{ name: 'city', value: ['Oslo', 'Rome', 'Paris'] }]);
  assert.deepEqual(
    schema.feature?.map(({ name }) => name),
    ['city', 'fare', 'tips'],
  );
  assert.equal(schema.feature.find(({ name }) => name === 'fare')?.floatDomain?.max, 50);
});

void test('text that is no schema is refused with its line', () => {
  assert.throws(() => parseSchema('feature {\n  nam: "x"\n}'), /line 2/);
});

void test('updating a schema leaves pseudo-features alone, of which there are custom statistics only', () => {
  const paths = { feature: { step: ['fare'] }, weightFeature: { step: ['city'] } };
  const weighted = { ...inferred, weightedFeature: [{ name: 'weighted', ...paths }] };
  const data = statistics({ Oslo: 5, Rome: 5 });
  data.features?.push({ path: { step: ['weighted'] }, customStats: [{ name: 'missing_weight', num: 5 }] });
  assert.deepEqual(updateSchema(weighted, data).weightedFeature, weighted.weightedFeature);
});
