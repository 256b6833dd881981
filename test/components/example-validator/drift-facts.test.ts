import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type DriftFacts, driftFacts } from '../../../components/example-validator/drift-facts.js';
import type { AnomaliesProto, MeasurementProto } from '../../../formats/statistics.js';

const facts = (found: Readonly<Record<string, AnomaliesProto>>): DriftFacts =>
  JSON.parse(driftFacts(found)) as DriftFacts;

const measured = (feature: string, ...driftMeasurements: MeasurementProto[]) => ({
  path: { step: [feature] },
  driftMeasurements,
});

it('what is furthest beyond its threshold comes first, and distances within count as measured only', () => {
  const {
    drifted,
    measured: count,
    largest,
  } = facts({
    all: {
      driftSkewInfo: [
        measured('city', { type: 'L_INFTY', value: 0.2, threshold: 0.1 }),
        measured('fare', { type: 'JENSEN_SHANNON_DIVERGENCE', value: 0.123456789, threshold: 0.01 }),
        measured('age', { type: 'JENSEN_SHANNON_DIVERGENCE', value: 0.01, threshold: 0.2 }),
      ],
    },
  });
  assert.deepEqual([drifted, count], [2, 3]);
  assert.deepEqual(largest, [
    'fare: Jensen-Shannon divergence 0.123457, threshold 0.01',
    'city: L-infinity distance 0.2, threshold 0.1',
    'age: Jensen-Shannon divergence 0.01, threshold 0.2',
  ]);
});

it('a threshold of zero, an absent earlier column and a changed number of examples are drift; other anomalies are not', () => {
  const { drifted, largest } = facts({
    all: {
      driftSkewInfo: [measured('same', { type: 'L_INFTY', value: 0, threshold: 0 })],
      anomalyInfo: {
        new: { reason: [{ type: 'COMPARATOR_CONTROL_DATA_MISSING', shortDescription: 'previous data missing' }] },
        odd: { reason: [{ type: 'ENUM_TYPE_UNEXPECTED_STRING_VALUES', shortDescription: 'Unexpected string values' }] },
      },
      datasetAnomalyInfo: { reason: [{ type: 'COMPARATOR_LOW_NUM_EXAMPLES', shortDescription: 'Few examples' }] },
    },
  });
  assert.equal(drifted, 2);
  assert.deepEqual([...largest].sort(), [
    'new: previous data missing',
    'same: L-infinity distance 0, threshold 0',
    'the data set: Few examples',
  ]);
});

it('it stays within what a reference may hold, whatever columns are called', () => {
  const name = '\u{1F600}"\\'.repeat(300);
  const many = Array.from({ length: 50 }, (_, i) =>
    measured(`${i}${name}`, { type: 'L_INFTY', value: 1, threshold: 0.1 }),
  );
  const text = driftFacts({ all: { driftSkewInfo: many } });
  assert.ok(Buffer.byteLength(text) <= 500, `${Buffer.byteLength(text)} bytes`);
  assert.equal((JSON.parse(text) as DriftFacts).largest.length, 3);
  const crowded = JSON.parse(driftFacts({ all: { driftSkewInfo: many } }, { reasons: 'x'.repeat(1540) })) as DriftFacts;
  assert.deepEqual([crowded.drifted, crowded.largest], [50, []]);
});
