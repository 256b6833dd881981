import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { ExampleValidator } from '../../../components/example-validator/contract.js';
import { exampleValidator } from '../../../components/example-validator/executor.js';
import { sixDigits } from '../../../components/example-validator/rules/description.js';
import { SAMPLE_ROWS_FILE, sampleRows, type SampleRow } from '../../../components/example-validator/sample-rows.js';
import type { Executor, ExecutorContext, InputArtifact } from '../../../components/implement.js';
import { SchemaGen } from '../../../components/schema-gen/contract.js';
import { schemaGen } from '../../../components/schema-gen/executor.js';
import { StatisticsGen } from '../../../components/statistics-gen/contract.js';
import { statisticsGen } from '../../../components/statistics-gen/executor.js';
import { isPipelineError } from '../../../errors/pipeline-error.js';
import { readSchema } from '../../../formats/schema.js';
import { readAnomalies, readStatistics } from '../../../formats/statistics.js';
import { openExamples } from '../../../formats/examples.js';
import { encodeExample, type ExampleRow } from '../../../formats/tf-example.js';
import { writeTfRecords } from '../../../formats/tfrecord.js';
import { executorContext, inputArtifact, temporaryFolder } from '../../support/executor-context.js';
import { writeTinyExamples } from '../../support/tiny-examples.js';

const root = temporaryFolder('validator');
let good: InputArtifact;
let bad: InputArtifact;
let schema: InputArtifact;
let statistics: InputArtifact;

const rows = (count: number, of: (index: number) => ExampleRow): ExampleRow[] =>
  Array.from({ length: count }, (_, index) => of(index));

async function statisticsOf(examples: InputArtifact): Promise<InputArtifact> {
  const context = executorContext(StatisticsGen, root, {
    inputs: { examples, schema: undefined },
    parameters: { excludeSplits: [] },
  });
  await (statisticsGen.executor as Executor<typeof StatisticsGen>)(context);
  return inputArtifact('ExampleStatistics', context.outputs.statistics.path);
}

async function validate(
  examples: InputArtifact,
  parameters: Partial<ExecutorContext<typeof ExampleValidator>['parameters']> = {},
) {
  const context = executorContext(ExampleValidator, root, {
    inputs: {
      statistics: await statisticsOf(examples),
      schema,
      previousStatistics: statistics,
      servingStatistics: undefined,
      examples,
    },
    parameters: { excludeSplits: [], sampleRows: 2, ...parameters },
  });
  const result = await (exampleValidator.executor as Executor<typeof ExampleValidator>)(context);
  return { result, folder: context.outputs.anomalies.path, properties: result.properties?.anomalies };
}

before(async () => {
  const normal = (index: number): ExampleRow => ({
    x: [index % 7],
    y: [index / 2],
    city: [index % 2 ? 'Rome' : 'Oslo'],
  });
  const odd = (index: number): ExampleRow => ({ x: [index % 7], y: [], city: [index === 4 ? 'Atlantis' : 'Rome'] });
  await writeTinyExamples(path.join(root, 'good'), 'train', rows(50, normal));
  await writeTinyExamples(path.join(root, 'good'), 'eval', rows(20, normal));
  await writeTinyExamples(path.join(root, 'bad'), 'train', rows(50, odd));
  good = await inputArtifact('Examples', path.join(root, 'good'), { span: 3 });
  bad = await inputArtifact('Examples', path.join(root, 'bad'));
  statistics = await statisticsOf(good);
  const context = executorContext(SchemaGen, root, {
    inputs: { statistics },
    parameters: { inferFeatureShape: true, maxStringDomainSize: 100, excludeSplits: [] },
  });
  await (schemaGen.executor as Executor<typeof SchemaGen>)(context);
  schema = await inputArtifact('Schema', context.outputs.schema.path);
});
after(async () => {
  await rm(root, { recursive: true });
});

void test('statistics describe every split and carry its name', async () => {
  const train = await readStatistics(path.join(statistics.path, 'Split-train/FeatureStats.pb'));
  assert.equal(train.datasets?.[0]?.numExamples, 50);
  assert.deepEqual(
    statistics.splits.map(({ name }) => name),
    ['eval', 'train'],
  );
});

void test('a schema is inferred from statistics', async () => {
  const inferred = await readSchema(path.join(schema.path, 'schema.pbtxt'));
  assert.deepEqual(inferred.stringDomain, [{ name: 'city', value: ['Oslo', 'Rome'] }]);
  assert.deepEqual(inferred.feature?.find(({ name }) => name === 'x')?.shape, { dim: [{ size: 1 }] });
});

void test('the data that a schema was inferred from have no anomalies', async () => {
  const { result, properties } = await validate(good);
  assert.equal(result.summary, 'no anomalies');
  assert.deepEqual([properties?.['errors'], properties?.['reasons']], [0, '[]']);
  assert.deepEqual(JSON.parse(String(properties?.['blessed'])), { eval: 1, train: 1 });
});

void test('anomalies are counted, told in sentences and shown by rows', async () => {
  const { folder, properties } = await validate(bad);
  assert.equal(properties?.['errors'], 2);
  const reasons = JSON.parse(String(properties['reasons'])) as string[];
  assert.match(reasons.join('\n'), /Feature "city" in split "train": .*Atlantis \(~2%\)/);
  const written = await readAnomalies(path.join(folder, 'Split-train/SchemaDiff.pb'));
  assert.deepEqual(Object.keys(written.anomalyInfo ?? {}), ['city', 'y']);
  const samples = JSON.parse(readFileSync(path.join(folder, SAMPLE_ROWS_FILE), 'utf8')) as SampleRow[];
  assert.deepEqual(
    samples.filter(({ feature }) => feature === 'city').map(({ row, value }) => [row, value]),
    [[4, 'Atlantis']],
  );
});

void test('severity overrides turn errors into warnings', async () => {
  const { properties } = await validate(bad, {
    severityOverrides: { ENUM_TYPE_UNEXPECTED_STRING_VALUES: 'WARNING' },
  });
  assert.deepEqual([properties?.['errors'], properties?.['warnings']], [1, 1]);
});

void test('bounds on statistics and the population stability index go beyond a schema', async () => {
  const { properties } = await validate(bad, {
    bounds: [{ feature: 'x', statistic: 'mean', min: 100 }],
    populationStability: { city: 0.1 },
  });
  const reasons = String(properties?.['reasons']);
  assert.equal(properties?.['errors'], 3);
  assert.match(reasons, /CUSTOM_VALIDATION/);
});

void test('a rule on a feature that nobody knows is refused', async () => {
  await assert.rejects(
    validate(good, { bounds: [{ feature: 'nowhere', statistic: 'mean', max: 1 }] }),
    (error) => isPipelineError(error) && error.code === 'SCHEMA_FEATURE_UNKNOWN',
  );
});

void test('an environment that the schema does not list is refused', async () => {
  await assert.rejects(
    validate(good, { environment: 'SERVNG' }),
    (error) => isPipelineError(error) && error.code === 'SCHEMA_ENVIRONMENT_UNKNOWN',
  );
});

void test('the same data give the same bytes', async () => {
  const [first, second] = [await statisticsOf(good), await statisticsOf(good)];
  for (const file of readdirSync(first.path, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.pb'),
  ))
    assert.deepEqual(readFileSync(path.join(first.path, file)), readFileSync(path.join(second.path, file)));
});

void test('rows are shown whatever their columns are named', async () => {
  const names = ['file_row_number', 'filename', 'x', '"; DROP TABLE x; --'];
  const folder = path.join(root, 'hostile-names', 'Split-train');
  await mkdir(folder, { recursive: true });
  const types = Object.fromEntries(names.map((name) => [name, 'bytes' as const]));
  const records = ['a', 'odd'].map((value) =>
    encodeExample(Object.fromEntries(names.map((name) => [name, value])), types),
  );
  await writeTfRecords(path.join(folder, 'data_tfrecord-00000-of-00001.gz'), records);
  const opened = await openExamples(folder, { temporaryPath: folder });
  const feature = names.map((name) => ({ name, type: 'BYTES' as const, stringDomain: { value: ['a'] } }));
  const reason = [{ type: 'ENUM_TYPE_UNEXPECTED_STRING_VALUES' }];
  const anomalies = { anomalyInfo: Object.fromEntries(names.map((name) => [name, { reason }])) };
  const bounds = { threads: 1, memoryLimitMiB: 256, temporaryPath: folder };
  const rows = await sampleRows(opened.parquet, 'train', anomalies, { feature }, 3, bounds);
  assert.deepEqual(
    rows.map((row) => [row.feature, row.row, row.value]),
    names.map((name) => [name, 1, 'odd']),
  );
});

void test('rules that could never be passed are refused', async () => {
  const code = (expected: string) => (error: unknown) => isPipelineError(error) && error.code === expected;
  await assert.rejects(
    validate(bad, { severityOverrides: { NEW_COLUMN: 'WARNING' } }),
    code('SEVERITY_OVERRIDE_UNKNOWN'),
  );
  for (const [feature, statistic] of [
    ['city', 'mean'],
    ['x', 'avgLength'],
  ] as const)
    await assert.rejects(validate(bad, { bounds: [{ feature, statistic, min: 0 }] }), code('STATISTIC_NOT_APPLICABLE'));
});

void test('custom validations are found with the rest', async () => {
  const sqlExpression = 'feature_test.num_stats.common_stats.num_non_missing >= feature_base.num_stats.max * 100';
  const pair = { featureTestPath: 'x', featureBasePath: 'x', validations: [{ sqlExpression }] };
  const { properties } = await validate(good, { customValidationConfig: { featurePairValidations: [pair] } });
  assert.equal(properties?.['errors'], 2);
  assert.match(String(properties['reasons']), /Custom validation triggered anomaly\. Query: feature_test/);
});

void test('numbers in descriptions are rounded half to even, as C prints them', () => {
  const numbers = [1357245000, 1357255000, 1234565, -123456.5, 0.5, 1 / 3, 1e-7, 0, 1e300];
  const words = ['1.35724e+09', '1.35726e+09', '1.23456e+06', '-123456', '0.5', '0.333333', '1e-07', '0', '1e+300'];
  assert.deepEqual(numbers.map(sixDigits), words);
});
