import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  addBatch,
  createEvaluation,
  measureSlices,
  mergeEvaluations,
  type SliceMeasures,
} from '../../components/evaluator/measure.js';
import { planEvaluation, specText } from '../../components/evaluator/plan.js';
import { sliceText, type SliceKey } from '../../components/evaluator/slices.js';
import { validate } from '../../components/evaluator/validate.js';
import { decodeMetricsForSlice, decodeValidationResult } from '../../formats/protobuf/tensorflow-model-analysis.js';
import { readTfRecords } from '../../formats/tfrecord.js';
import { sharedPath, skipWithout } from '../support/shared.js';
import { evaluateCase, goldenCase, headOf, ourConfig, type GoldenCase } from './tfma-cases.js';

const TOLERANCE = 1e-6;
const skip = skipWithout('golden/tfma/INDEX.json');

function planOf(golden: GoldenCase) {
  return planEvaluation(ourConfig(golden), headOf(golden), headOf(golden) === 'multiclass' ? 3 : 1);
}

interface Compared {
  readonly metric: string;
  readonly values: number;
  readonly worst: number;
}

/** Our value of TFMA's result entry: its name, its sub key and whether it is a difference. */
function ourValue(measures: SliceMeasures, name: string, subKey: string): number | undefined {
  const macro = name.startsWith('macro_average: true\n_');
  const isDiff = name.endsWith('_diff');
  const plain = name.replace('macro_average: true\n_', '').replace(/_diff$/, '');
  const classId = subKey === '' ? undefined : Number(subKey.replace('classId:', ''));
  return measures.measures.find(
    ({ key }) =>
      key.metric.tfma.name.split('@')[0] === plain &&
      key.classId === classId &&
      (key.macroAverage ?? false) === macro &&
      key.role === 'candidate' &&
      (key.isDiff ?? false) === isDiff,
  )?.value;
}

function compare(golden: GoldenCase, slices: readonly SliceMeasures[]): Compared[] {
  const byMetric = new Map<string, number[]>();
  for (const expected of golden.slices) {
    const own = slices.find(({ slice }) => sliceText(slice) === sliceText(expected.slice as SliceKey));
    assert.ok(own, `slice ${JSON.stringify(expected.slice)} was measured`);
    for (const [name, given] of Object.entries(expected.metrics)) {
      const value = typeof given === 'number' ? given : given.boundedValue.value;
      const ours = ourValue(own, name, expected.sub_key);
      assert.ok(ours !== undefined, `${golden.name}: ${name} was measured`);
      const metric = name.replace('macro_average: true\n_', 'macro ').replace(/_diff$/, ' (difference)');
      byMetric.set(metric, [...(byMetric.get(metric) ?? []), relativeError(ours, value)]);
    }
  }
  return [...byMetric].map(([metric, errors]) => ({ metric, values: errors.length, worst: Math.max(...errors) }));
}

function relativeError(ours: number, theirs: number): number {
  return Math.abs(ours - theirs) / Math.max(1, Math.abs(theirs));
}

describe('metrics agree with TensorFlow Model Analysis', { skip }, () => {
  const names = ['binary', 'binary_weighted', 'binary_auc_200_thresholds', 'regression', 'multiclass'];
  for (const name of [...names, 'binary_ci_jackknife', 'validate_change_pass', 'validate_regression']) {
    it(`on ${name}, for every metric and slice to 1e-6`, (t) => {
      const golden = goldenCase(name);
      assert.ok(golden);
      const plan = planOf(golden);
      const [state] = evaluateCase(golden, plan);
      assert.ok(state);
      const table = compare(golden, measureSlices(state, plan));
      for (const { metric, values, worst } of table) {
        t.diagnostic(`${metric.padEnd(40)} ${String(values).padStart(3)} values, worst ${worst.toExponential(1)}`);
      }
      for (const { metric, worst } of table) assert.ok(worst <= TOLERANCE, `${metric}: ${worst}`);
    });
  }

  it('when seven shards are evaluated apart and merged', () => {
    for (const name of ['binary_weighted', 'regression', 'multiclass']) {
      const golden = goldenCase(name);
      assert.ok(golden);
      const plan = planOf(golden);
      const merged = createEvaluation();
      for (const shard of evaluateCase(golden, plan, 7)) mergeEvaluations(merged, shard, plan);
      for (const { metric, worst } of compare(golden, measureSlices(merged, plan))) {
        assert.ok(worst <= TOLERANCE, `${name} ${metric}: ${worst}`);
      }
    }
  });
});

describe('metrics agree with the values that TFMA 0.47.1 gave for ten rows', () => {
  // Labels, predictions and values: computed once with tfma.analyze_raw_data.
  const labels = Float64Array.of(1, 0, 1, 1, 0, 0, 1, 0, 1, 0);
  const scores = Float64Array.of(0.9, 0.2, 0.7, 0.4, 0.6, 0.1, 0.8, 0.3, 0.55, 0.5);
  const expected: Readonly<Record<string, readonly [all: number, x: number, y: number]>> = {
    exampleCount: [10, 4, 6],
    auc: [0.88, 1, 0.875],
    aucPrecisionRecall: [0.8937110178, 1, 0.797267446],
    binaryAccuracy: [0.8, 0.75, 0.8333333333],
    precision: [0.8, 1, 0.6666666667],
    recall: [0.8, 0.6666666667, 1],
    f1Score: [0.8, 0.8, 0.8],
    matthewsCorrelationCoefficient: [0.6, 0.5773502692, 0.7071067812],
    binaryCrossEntropy: [0.4493923667, 0.4003674, 0.4820757],
    meanSquaredError: [0.14525, 0.125, 0.15875],
    calibration: [1.01, 0.7333333333, 1.425],
  };

  it('over all rows and by slice', () => {
    const metrics = [...Object.keys(expected), 'meanAbsoluteError', 'squaredPearsonCorrelation', 'meanLabel'];
    const plan = planEvaluation({ metrics: [...metrics, 'meanPrediction'], slices: [[], ['g']] }, 'binary', 1);
    const state = createEvaluation();
    addBatch(state, plan, {
      rows: 10,
      weights: undefined,
      features: (row) => () => [row < 4 ? 'x' : 'y'],
      answers: { candidate: { labels, scores } },
    });
    const slices = measureSlices(state, plan);
    for (const [name, values] of Object.entries(expected)) {
      slices.forEach(({ measures }, index) => {
        const value = measures.find(({ key }) => key.metric.name === name)?.value ?? NaN;
        assert.ok(Math.abs(value - (values[index] ?? NaN)) < 1e-6, `${name} on slice ${index}: ${value}`);
      });
    }
    const all = new Map(slices[0]?.measures.map(({ key, value }) => [key.metric.name, value]));
    assert.ok(Math.abs((all.get('meanAbsoluteError') ?? NaN) - 0.335) < 1e-9);
    assert.ok(Math.abs((all.get('squaredPearsonCorrelation') ?? NaN) - 0.4520547945) < 1e-9);
    assert.ok(Math.abs((all.get('meanPrediction') ?? NaN) - 0.505) < 1e-9);
  });
});

describe('validations agree with TensorFlow Model Analysis', { skip }, () => {
  const names = [
    'validate_value_pass',
    'validate_value_fail',
    'validate_value_equal',
    'validate_missing_slice',
    'validate_change_pass',
    'validate_change_fail',
    'validate_change_absolute_fail',
    'validate_change_identical',
    'validate_regression',
    'binary',
  ];
  for (const name of names) {
    it(`on ${name}: verdict, failures by slice, missing slices, matching slices`, () => {
      const golden = goldenCase(name);
      assert.ok(golden);
      const plan = planOf(golden);
      const [state] = evaluateCase(golden, plan);
      assert.ok(state);
      const hasBaseline = golden.eval_config.modelSpecs.length > 1;
      const found = validate(measureSlices(state, plan), plan, { hasBaseline });
      const { validation } = golden;
      assert.equal(found.ok, validation.validation_ok);
      assert.equal(found.missingThresholds, validation.missingThresholds ?? false);
      assert.deepEqual(
        found.failures.map(({ slice, key }) => `${key.metric.tfma.name} ${!!key.isDiff} ${sliceText(slice)}`).sort(),
        expectedFailures(golden)
          .map(({ text }) => text)
          .sort(),
      );
      for (const { text, value } of expectedFailures(golden)) {
        const own = found.failures.find(
          ({ slice, key }) => `${key.metric.tfma.name} ${!!key.isDiff} ${sliceText(slice)}` === text,
        );
        assert.ok(relativeError(own?.value ?? NaN, value) <= TOLERANCE, `${text}: ${own?.value} and ${value}`);
      }
      const missing = (validation.missingSlices ?? []).map((spec) => specText(spec.featureValues ?? []));
      assert.deepEqual(
        found.missingSlices.map(({ spec }) => specText(spec)),
        missing,
      );
      assert.deepEqual(
        found.details.map(({ matchingSlices }) => matchingSlices),
        (validation.validationDetails?.slicingDetails ?? []).map(({ numMatchingSlices }) => numMatchingSlices),
      );
    });
  }
});

describe("records that TFX's Evaluator wrote", { skip: skipWithout('golden/wine-run/artifacts/evaluation') }, () => {
  const file = (name: string) => sharedPath(`golden/wine-run/artifacts/evaluation/${name}`) ?? '';

  it('are read as they are: metrics of all rows and the validation', async () => {
    const metrics = [];
    for await (const record of readTfRecords(file('metrics-00000-of-00001.tfrecord'))) {
      metrics.push(decodeMetricsForSlice(record));
    }
    assert.deepEqual(
      metrics.map(({ sliceKey }) => sliceKey?.singleSliceKeys ?? []),
      [[]],
    );
    const values = new Map(
      metrics[0]?.metricKeysAndValues?.map(({ key, value }) => [key?.name, value?.doubleValue?.value]),
    );
    assert.ok((values.get('squared_pearson_correlation') ?? 0) > 0.2);
    assert.ok((values.get('example_count') ?? 0) > 1000);
    for await (const record of readTfRecords(file('validations.tfrecord'))) {
      assert.equal(typeof (decodeValidationResult(record).validationOk ?? false), 'boolean');
    }
  });
});

function expectedFailures({ validation }: GoldenCase): { text: string; value: number }[] {
  return (validation.metricValidationsPerSlice ?? []).flatMap(({ sliceKey, failures }) => {
    const slice: SliceKey = (sliceKey.singleSliceKeys ?? []).map(({ column, bytesValue }) => [
      column,
      Buffer.from(bytesValue, 'base64').toString(),
    ]);
    return failures.map(({ metricKey, metricValue }) => ({
      text: `${metricKey.name} ${metricKey.isDiff ?? false} ${sliceText(slice)}`,
      value: metricValue.doubleValue,
    }));
  });
}
