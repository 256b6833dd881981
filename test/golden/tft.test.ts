import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { formatSchema, parseSchema } from '../../formats/schema.js';
import type { Moments, Vocabulary } from '../../graph/transform/analyzers/fitted.js';
import { displayBinary } from '../../graph/transform/bytes.js';
import { transformedSchema } from '../../graph/transform/transformed-schema.js';
import type { Feature, Features, Transforms } from '../../graph/transform/user-api.js';
import { sharedPath, skipWithout } from '../support/shared.js';
import {
  csvAsExamples,
  distance,
  fitAndTransform,
  goldenForm,
  schemaOf,
  type FittedCase,
  type Kind,
} from './tft-cases.js';

/*
 * Agreement with TensorFlow Transform 1.16 on whole files. Where the tolerance is above 1e-6, TFT's own float32 sums are
 * what is inexact: its variance of `density` is 3e-6 off the true one, its mean of `pH` 4e-8, its variances of `alcohol`
 * by `quality` up to 2e-5; ours are computed in float64 and equal the true ones to 1e-12 (checked below).
 */
const TOLERANCES: Readonly<Record<string, number>> = {
  density__z: 2e-5,
  pH__z: 2e-6,
  alcohol__z_per_quality: 1e-4,
};

function json(file: string): unknown {
  return JSON.parse(readFileSync(sharedPath(file) ?? '', 'utf8'));
}

type Aggregate = { readonly n: number; readonly sum?: number; readonly min?: number; readonly max?: number };

/** Holds every output that the golden files have too against them: 200 rows, and the whole file's aggregates. */
function assertAgreement(name: string, { graph, values }: FittedCase): void {
  const outputs = json(`golden/tft/${name}/outputs.json`) as Record<string, unknown[]>;
  const aggregates = json(`golden/tft/${name}/whole_file_aggregates.json`) as Record<string, Aggregate>;
  const table: string[] = [];
  const failures: string[] = [];
  for (const output of graph.outputs) {
    const expected = outputs[output.name];
    assert.ok(expected, `${output.name} is not in the golden file`);
    const sparse = output.mayBeMissing || output.shape === 'ragged';
    const actual = (values[output.name] ?? []).map((value) => goldenForm(value, sparse));
    const difference = distance(actual.slice(0, expected.length), expected);
    const tolerance = TOLERANCES[output.name] ?? 1e-6;
    table.push(`${output.name.padEnd(36)} ${difference.toExponential(1)}`);
    if (difference > tolerance) failures.push(`${output.name}: ${difference}`);
    failures.push(...aggregateFailures(output.name, actual.flat(), aggregates[output.name], tolerance));
  }
  console.log(`${name}: largest difference by output\n${table.join('\n')}`);
  assert.deepEqual(failures, []);
}

function aggregateFailures(
  name: string,
  actual: readonly unknown[],
  expected: Aggregate | undefined,
  tolerance: number,
) {
  if (expected?.sum === undefined) return [];
  const numbers = actual as number[];
  const sum = numbers.reduce((total, value) => total + value, 0);
  const near = (a: number, b: number, by: number) => Math.abs(a - b) <= by * Math.max(1, Math.abs(b));
  const [min, max] = [numbers.reduce((a, b) => Math.min(a, b)), numbers.reduce((a, b) => Math.max(a, b))];
  const facts = [
    ['n', numbers.length === expected.n],
    ['sum', near(sum, expected.sum, tolerance * numbers.length)],
    ['min', near(min, expected.min ?? NaN, 1e-5)],
    ['max', near(max, expected.max ?? NaN, 1e-5)],
  ] as const;
  return facts.filter(([, holds]) => !holds).map(([fact]) => `${name}: ${fact} of the whole file`);
}

/** The features of both schemas agree, for those outputs that we have. */
function assertSchema(name: string, { graph }: FittedCase): void {
  const golden = parseSchema(readFileSync(sharedPath(`golden/tft/${name}/transformed_schema.pbtxt`) ?? '', 'utf8'));
  const ours = transformedSchema(graph).feature ?? [];
  const expected = (golden.feature ?? []).filter((feature) => ours.some((own) => own.name === feature.name));
  assert.equal(formatSchema({ feature: ours }), formatSchema({ feature: expected }));
}

/** Mean and population variance of a column's float32 values, in float64 and by the textbook's two passes. */
function twoPassMoments(column: string): readonly [mean: number, variance: number] {
  const [header = '', ...rows] = readFileSync(sharedPath('data/wine-quality.csv') ?? '', 'utf8')
    .trim()
    .split(/\r?\n/);
  const at = header.split(',').indexOf(column);
  const values = rows.map((row) => Math.fround(Number(row.split(',')[at])));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return [mean, values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length];
}

describe('agreement with TensorFlow Transform on wine', { skip: skipWithout('golden/tft/wine') }, () => {
  const kinds: Record<string, Kind> = { quality: 'INT' };
  let folder: string;
  let fitted: FittedCase;

  const preprocessing = (f: Features, t: Transforms): Record<string, Feature> => {
    const outputs: Record<string, Feature> = {};
    for (const name of Object.keys(kinds).filter((one) => one !== 'quality')) {
      const x = f[name] as Feature<'float32'>;
      outputs[`${name}__z`] = t.zScore(x);
      outputs[`${name}__01`] = t.scaleTo01(x);
      outputs[`${name}__minmax_-1_1`] = t.scaleByMinMax(x, -1, 1);
      outputs[`${name}__bucket10`] = t.bucketize(x, 10);
    }
    const alcohol = f['alcohol'] as Feature<'float32'>;
    const quality = f['quality'] as Feature<'int64'>;
    return {
      ...outputs,
      alcohol__apply_buckets4: t.applyBuckets(alcohol, t.quantiles(alcohol, 4)),
      alcohol__apply_buckets_manual: t.applyBuckets(alcohol, [9, 10, 12]),
      alcohol__interp_quantiles4: t.applyBucketsWithInterpolation(alcohol, t.quantiles(alcohol, 4)),
      alcohol__z_per_quality: t.zScorePerKey(alcohol, quality),
      alcohol__01_per_quality: t.scaleTo01PerKey(alcohol, quality),
      alcohol__bucket3_per_quality: t.bucketizePerKey(alcohol, quality, 3),
      quality__vocab: t.vocabulary(quality),
      quality__z: t.zScore(quality),
    };
  };

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'tfx-tft-'));
    const csv = sharedPath('data/wine-quality.csv') ?? '';
    for (const name of (readFileSync(csv, 'utf8').split('\n')[0] ?? '').trim().split(',')) kinds[name] ??= 'FLOAT';
    const examples = await csvAsExamples(csv, kinds, folder);
    fitted = await fitAndTransform(examples, schemaOf(kinds, true), preprocessing, folder);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('has the same outputs', () => assertAgreement('wine', fitted));
  it('has the same transformed schema', () => assertSchema('wine', fitted));

  it('has the true moments, of which TFT has the float32 ones', () => {
    const constants = json('golden/tft/wine/constants.json') as Record<string, number>;
    const moments = fitted.graph.spec.analyzers.filter(({ analyzer }) => analyzer === 'moments');
    const features = new Map(fitted.graph.spec.nodes.map(({ id, attributes }) => [id, attributes['feature']]));
    for (const { id, inputs } of moments) {
      const name = features.get(inputs[0] ?? '') as string | undefined;
      if (name === undefined) continue;
      const { mean, variance, sum } = fitted.graph.fitted.get(id) as Moments;
      for (const [fact, value, tolerance] of [
        ['mean', mean, 1e-6],
        ['var', variance, 5e-6],
        ['sum', sum, 1e-6],
      ] as const) {
        const expected = constants[`${name}__${fact}`] as number;
        assert.ok(
          Math.abs(value - expected) <= tolerance * Math.abs(expected),
          `${name} ${fact}: ${value}, ${expected}`,
        );
      }
      const [trueMean, trueVariance] = twoPassMoments(name);
      assert.ok(Math.abs(mean - trueMean) <= 1e-12 * Math.abs(trueMean), `${name}: mean ${mean}, ${trueMean}`);
      assert.ok(Math.abs(variance - trueVariance) <= 1e-12 * trueVariance, `${name}: ${variance}, ${trueVariance}`);
    }
  });

  it('has the same quantiles, exactly', () => {
    const constants = json('golden/tft/wine/constants.json') as Record<string, number[]>;
    const ours = fitted.graph.spec.analyzers.filter(({ analyzer }) => analyzer === 'quantiles');
    const features = new Map(fitted.graph.spec.nodes.map(({ id, attributes }) => [id, attributes['feature']]));
    for (const { id, inputs, attributes } of ours) {
      const name = `${features.get(inputs[0] ?? '') as string}__quantiles${attributes['numBuckets'] as number}`;
      assert.deepEqual((fitted.graph.fitted.get(id) as { boundaries: number[] }).boundaries, constants[name], name);
    }
  });
});

describe('agreement with TensorFlow Transform on taxi', { skip: skipWithout('golden/tft/taxi') }, () => {
  const kinds: Record<string, Kind> = {
    fare: 'FLOAT',
    trip_miles: 'FLOAT',
    trip_seconds: 'FLOAT',
    tips: 'FLOAT',
    pickup_latitude: 'FLOAT',
    dropoff_longitude: 'FLOAT',
    payment_type: 'STRING',
    company: 'STRING',
    trip_start_hour: 'INT',
  };
  let folder: string;
  let fitted: FittedCase;

  const preprocessing = (f: Features, t: Transforms): Record<string, Feature> => {
    const outputs: Record<string, Feature> = {};
    const float = (name: string) => f[name] as Feature<'float32'>;
    for (const name of ['fare', 'trip_miles', 'trip_seconds']) {
      const filled = t.fillMissing(float(name), 0);
      outputs[`${name}__z_fill0`] = t.zScore(filled);
      outputs[`${name}__01_fill0`] = t.scaleTo01(filled);
      outputs[`${name}__bucket10_fill0`] = t.bucketize(filled, 10);
      outputs[`${name}__z_sparse`] = t.optional(t.zScore(float(name)));
      outputs[`${name}__bucket10_sparse`] = t.optional(t.bucketize(float(name), 10));
    }
    for (const name of ['pickup_latitude', 'dropoff_longitude']) {
      outputs[`${name}__bucket10_sparse`] = t.optional(t.bucketize(float(name), 10));
      outputs[`${name}__bucket10_fill0`] = t.bucketize(t.fillMissing(float(name), 0), 10);
    }
    for (const name of ['payment_type', 'company']) {
      const sparse = f[name] as Feature<'string'>;
      const s = t.fillMissing(sparse, '');
      outputs[`${name}__vocab`] = t.vocabulary(s, { filename: `${name}_all` });
      outputs[`${name}__vocab_top3_oov5`] = t.vocabulary(s, { topK: 3, numOovBuckets: 5, filename: `${name}_top3` });
      outputs[`${name}__vocab_freq100`] = t.vocabulary(s, { frequencyThreshold: 100, filename: `${name}_freq100` });
      outputs[`${name}__vocab_default99_top2`] = t.vocabulary(s, {
        topK: 2,
        defaultValue: 99,
        filename: `${name}_top2_d99`,
      });
      outputs[`${name}__vocab_sparse`] = t.optional(t.vocabulary(sparse, { filename: `${name}_sparse` }));
      outputs[`${name}__hash10`] = t.hashStrings(s, 10);
      outputs[`${name}__hash10_strong_1_2`] = t.hashStrings(s, 10, [1, 2]);
      outputs[`${name}__hash1000`] = t.hashStrings(s, 1000);
    }
    const fare = t.fillMissing(float('fare'), 0);
    const payment = t.fillMissing(f['payment_type'] as Feature<'string'>);
    const hour = t.fillMissing(f['trip_start_hour'] as Feature<'int64'>);
    return {
      ...outputs,
      label: t.cast(t.greater(t.fillMissing(float('tips'), 0), t.multiply(fare, 0.2)), 'int64'),
      company__word_count: t.length(t.split(t.lower(t.fillMissing(f['company'] as Feature<'string'>)))),
      fare__z_per_payment_type: t.zScorePerKey(fare, payment),
      fare__bucket4_per_payment_type: t.bucketizePerKey(fare, payment, 4),
      trip_start_hour__vocab: t.vocabulary(hour, { filename: 'hour' }),
      trip_start_hour__01: t.scaleTo01(hour),
      trip_start_hour__bucket6: t.bucketize(hour, 6),
    };
  };

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'tfx-tft-'));
    const examples = await csvAsExamples(sharedPath('data/taxi.csv') ?? '', kinds, folder);
    fitted = await fitAndTransform(examples, schemaOf(kinds, false), preprocessing, folder);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('has the same outputs', () => assertAgreement('taxi', fitted));
  it('has the same transformed schema', () => assertSchema('taxi', fitted));

  it('has the same vocabulary files', () => {
    for (const { id, attributes } of fitted.graph.spec.analyzers) {
      const filename = attributes['filename'] as string | undefined;
      const golden = filename === undefined ? undefined : sharedPath(`golden/tft/taxi/vocab/${filename}`);
      if (golden === undefined) continue;
      const { tokens } = fitted.graph.fitted.get(id) as Vocabulary;
      assert.deepEqual(tokens.map(displayBinary), readFileSync(golden, 'utf8').trimEnd().split('\n'), filename);
    }
  });
});
