import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { metricNamed, metricNames, usualMetrics } from '../../../components/evaluator/metrics/catalogue.js';
import { createStates, type Metric, type ScalarMetric } from '../../../components/evaluator/metrics/metric.js';
import { planEvaluation } from '../../../components/evaluator/plan.js';
import { changedEnough, withinBounds } from '../../../components/evaluator/validate.js';

type Row = readonly [label: number, prediction: number, weight: number];

function measure(metric: ScalarMetric, ...shards: (readonly Row[])[]): number {
  const kinds = [...metric.needs];
  const [into = new Map<string, unknown>(), ...others] = shards.map((rows) => {
    const states = createStates(kinds);
    for (const row of rows) for (const kind of kinds) kind.add(states.get(kind.name), ...row);
    return states;
  });
  for (const other of others) for (const kind of kinds) kind.merge(into.get(kind.name), other.get(kind.name));
  return metric.value(into);
}

const scalar = (name: string, head: 'binary' | 'regression' = 'binary'): ScalarMetric => {
  const metric: Metric = metricNamed(name, head);
  assert.ok(metric.kind === 'scalar');
  return metric;
};

const binaryNames = metricNames.filter((name) => !/ategorical/.test(name));

const row = fc.tuple(
  fc.integer({ min: 0, max: 1 }),
  fc.integer({ min: 1, max: 999 }).map((i) => i / 1000),
  fc.integer({ min: 1, max: 8 }).map((i) => i / 4),
);

const close = (a: number, b: number) =>
  Object.is(a, b) || (Number.isNaN(a) && Number.isNaN(b)) || Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a));

describe('every metric', () => {
  it('of two merged shards is that of all rows', () => {
    const metrics = binaryNames.map((name) => scalar(name));
    fc.assert(
      fc.property(fc.array(row, { maxLength: 30 }), fc.array(row, { maxLength: 30 }), (a, b) => {
        for (const metric of metrics) {
          const [merged, whole] = [measure(metric, a, b), measure(metric, [...a, ...b])];
          assert.ok(close(merged, whole), `${metric.name}: ${merged} and ${whole}`);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('of no rows is 0 or not a number, and never throws', () => {
    for (const name of binaryNames) {
      const value = measure(scalar(name), []);
      assert.ok(Number.isNaN(value) || value === 0, `${name} is ${value}`);
    }
  });

  it('is found by its own name, with its argument', () => {
    for (const name of [...binaryNames, 'auc@200', 'precision@0.3']) {
      const metric = metricNamed(name, 'binary');
      assert.equal(metricNamed(metric.name, 'binary').name, metric.name);
    }
  });
});

describe('single metrics', () => {
  const rows: readonly Row[] = [
    [1, 0.9, 1],
    [0, 0.5, 1],
    [1, 0.5, 1],
    [0, 0.1, 1],
  ];

  it('count a score at the threshold as negative', () => {
    assert.equal(measure(scalar('recall'), rows), 0.5);
    assert.equal(measure(scalar('recall@0.4'), rows), 1);
  });

  it('are not defined where their denominator is zero', () => {
    assert.ok(Number.isNaN(measure(scalar('precision'), [[1, 0.1, 1]])));
    assert.ok(Number.isNaN(measure(scalar('auc'), [[1, 0.1, 1]])));
    assert.ok(Number.isNaN(measure(scalar('squaredPearsonCorrelation'), [[1, 2, 1]])));
  });

  it('take a certain right answer for perfect and a certain wrong one for infinitely bad', () => {
    assert.equal(measure(scalar('binaryCrossEntropy'), [[1, 1, 1]]), 0);
    assert.equal(measure(scalar('binaryCrossEntropy'), [[0, 1, 1]]), Infinity);
  });
});

describe('thresholds', () => {
  it('are inclusive and fail on NaN', () => {
    assert.equal(withinBounds(0.3, { lowerBound: 0.3 }), true);
    assert.equal(withinBounds(0.3, { upperBound: 0.3 }), true);
    assert.equal(withinBounds(NaN, {}), false);
  });

  it('on changes hold both bounds in their direction; without a ratio a relative one fails', () => {
    const direction = 'HIGHER_IS_BETTER';
    assert.equal(changedEnough(0.1, 0.5, { absolute: 0.1, relative: 0.2, direction }), true);
    assert.equal(changedEnough(0.1, 0.5, { absolute: 0.1, relative: 0.3, direction }), false);
    assert.equal(changedEnough(0.1, 0, { relative: 0, direction }), false);
    assert.equal(changedEnough(-0.1, 0.5, { absolute: 0, direction: 'LOWER_IS_BETTER' }), true);
    assert.equal(changedEnough(NaN, 0.5, { absolute: -1, direction }), false);
  });

  it('need a direction where the metric has none, and bounds that make sense', () => {
    const plan = (threshold: object, metric = 'calibration') =>
      planEvaluation({ thresholds: { [metric]: threshold } }, 'regression', 1);
    const invalid = { code: 'EVALUATION_CONFIG_INVALID' };
    assert.throws(() => plan({ change: { absolute: 0 } }), invalid);
    assert.throws(() => plan({ change: { direction: 'LOWER_IS_BETTER' } }), invalid);
    assert.throws(() => plan({ lowerBound: 2, upperBound: 1 }), invalid);
    assert.equal(
      plan({ change: { absolute: 0 } }, 'meanSquaredError').thresholds[0]?.change?.direction,
      'LOWER_IS_BETTER',
    );
  });

  it('add their metrics and slices to what is measured', () => {
    const plan = planEvaluation(
      { metrics: ['auc'], thresholds: { accuracy: { lowerBound: 0.5, slices: [['city'], { city: 'paris' }] } } },
      'binary',
      1,
    );
    assert.deepEqual(
      plan.metrics.map(({ name }) => name),
      ['auc', 'binaryAccuracy'],
    );
    assert.deepEqual(plan.slices, [[], ['city'], { city: 'paris' }]);
  });
});

describe('a config without metrics', () => {
  it('measures what is usual for the head', () => {
    for (const head of ['regression', 'binary', 'multiclass'] as const) {
      assert.deepEqual(
        planEvaluation({}, head, 3).metrics.map(({ name }) => name),
        usualMetrics(head),
      );
    }
  });
});
