import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { validateStatistics } from '../../components/example-validator/validate-statistics.js';
import { inferSchema, updateSchema } from '../../components/schema-gen/infer-schema.js';
import { formatSchema, readSchema } from '../../formats/schema.js';
import {
  allExamples,
  readAnomalies,
  readStatistics,
  type AnomaliesProto,
  type AnomalyInfoProto,
  type DatasetStatisticsProto,
  type DriftSkewInfoProto,
} from '../../formats/statistics.js';
import { skipWithout } from '../support/shared.js';
import { goldenIndex, goldenPath, type GoldenCase } from '../support/tfdv-golden.js';

const skip = skipWithout('golden/tfdv');
const { cases, whole } = goldenIndex();

const statisticsAt = async (...parts: string[]): Promise<DatasetStatisticsProto> =>
  allExamples(await readStatistics(goldenPath(...parts)));

/** What the check compares: feature path, types, severity and the sentences. */
const facts = ({ severity, reason, description, shortDescription }: AnomalyInfoProto) => ({
  severity,
  shortDescription,
  description,
  types: (reason ?? []).map(({ type }) => type),
});

const allFacts = (anomalies: AnomaliesProto) => ({
  dataMissing: anomalies.dataMissing ?? false,
  dataset: anomalies.datasetAnomalyInfo && facts(anomalies.datasetAnomalyInfo),
  features: Object.fromEntries(Object.entries(anomalies.anomalyInfo ?? {}).map(([key, info]) => [key, facts(info)])),
});

function assertMeasurements(actual: readonly DriftSkewInfoProto[], expected: readonly DriftSkewInfoProto[]): void {
  const list = (infos: readonly DriftSkewInfoProto[]) =>
    infos.flatMap(({ path, driftMeasurements, skewMeasurements }) =>
      [...(driftMeasurements ?? []), ...(skewMeasurements ?? [])].map((measurement) => ({ path, ...measurement })),
    );
  const [ours, theirs] = [list(actual), list(expected)];
  assert.equal(ours.length, theirs.length);
  for (const [index, measurement] of theirs.entries()) {
    const found = ours[index];
    assert.deepEqual(
      [found?.path, found?.type, found?.threshold],
      [measurement.path, measurement.type, measurement.threshold],
    );
    assert.ok(Math.abs((found?.value ?? 0) - (measurement.value ?? 0)) <= 1e-9, JSON.stringify([found, measurement]));
  }
}

async function validateCase(golden: GoldenCase): Promise<{ ours: AnomaliesProto; theirs: AnomaliesProto }> {
  const schema = await readSchema(goldenPath(golden.dir, golden.schema ?? 'schema.pbtxt'));
  const ours = validateStatistics(await statisticsAt(golden.dir, golden.stats ?? 'stats.pb'), schema, {
    environment: golden.environment ?? undefined,
    ...(golden.previous_stats && { previousStatistics: await statisticsAt(golden.previous_stats) }),
    ...(golden.serving_stats && { servingStatistics: await statisticsAt(golden.dir, golden.serving_stats) }),
  });
  return { ours, theirs: await readAnomalies(goldenPath(golden.dir, golden.anomalies ?? 'anomalies.pbtxt')) };
}

for (const golden of cases.filter(({ error }) => error === undefined)) {
  void test(`${golden.id}: anomalies equal TFDV's, sentence by sentence`, { skip }, async () => {
    const { ours, theirs } = await validateCase(golden);
    assert.deepEqual(allFacts(ours), allFacts(theirs));
    assertMeasurements(ours.driftSkewInfo ?? [], theirs.driftSkewInfo ?? []);
  });

  if (golden.updated_schema === undefined) continue;
  void test(`${golden.id}: the suggested schema equals TFDV's`, { skip }, async () => {
    const schema = await readSchema(goldenPath(golden.dir, golden.schema ?? 'schema.pbtxt'));
    const updated = updateSchema(schema, await statisticsAt(golden.dir, golden.stats ?? 'stats.pb'));
    assert.equal(formatSchema(updated), formatSchema(await readSchema(goldenPath(golden.dir, 'updated_schema.pbtxt'))));
  });
}

for (const { dir } of whole) {
  void test(`${dir}: inferred schemas equal TFDV's, byte for byte`, { skip }, async () => {
    const statistics = await statisticsAt(dir, 'stats.pb');
    const variants = [
      ['schema.pbtxt', { inferFeatureShape: dir === 'tfdv/wine/_base' }],
      ['schema_infer_shape.pbtxt', { inferFeatureShape: true }],
      ['schema_max_string_domain_5.pbtxt', { inferFeatureShape: false, maxStringDomainSize: 5 }],
    ] as const;
    for (const [file, options] of variants) {
      if (file !== 'schema.pbtxt' && !existsSync(`${goldenPath(dir)}/${file}`)) continue;
      const expected = formatSchema(await readSchema(goldenPath(dir, file)));
      assert.equal(formatSchema(inferSchema(statistics, options)), expected, file);
    }
  });
}
