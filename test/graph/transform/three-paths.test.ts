import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { defineSchema, float, int, string } from '../../../formats/define-schema.js';
import type { RawRow } from '../../../graph/transform/row.js';
import type { Features, Transforms } from '../../../graph/transform/user-api.js';
import { type Cell, fitRows, transformInBatch, transformInTensorFlow } from './support.js';

const schema = defineSchema({
  fare: float(),
  miles: float({ required: true }),
  seconds: int(),
  hour: int({ required: true }),
  company: string(),
  payment: string({ required: true }),
  tags: string({ values: { min: 0 } }),
  scores: float({ values: { min: 0 } }),
});

const NOT_UTF8 = Uint8Array.of(0xff, 0x00, 0x41, 0xfe);

const training: RawRow[] = [
  {
    fare: 12.45,
    miles: 0,
    seconds: 300,
    hour: 19,
    company: 'Elite',
    payment: 'Cash',
    tags: ['a', 'b', 'a'],
    scores: [1, 2.5],
  },
  { fare: null, miles: 1.5, seconds: null, hour: 3, company: null, payment: 'Credit Card', tags: ['c'], scores: [-3] },
  { fare: 27.05, miles: 12.6, seconds: 1380, hour: 2, company: 'Affiliation', payment: 'Cash' },
  { fare: 5.85, miles: 0, seconds: 180, hour: 1, company: 'Affiliation', payment: 'Cash' },
  { fare: NaN, miles: 6.9, seconds: 1080, hour: 7, company: '', payment: 'Dispute' },
  { fare: 16.65, miles: Infinity, seconds: 0, hour: 22, company: NOT_UTF8, payment: 'Größe' },
  { fare: -3, miles: 2.2, seconds: 60, hour: 19, company: 'ELITE ', payment: '' },
];

/** Unseen strings, blanks, NaN, infinities, bytes that are no text, numbers far outside. */
const strange: RawRow[] = [
  {
    fare: Infinity,
    miles: -Infinity,
    seconds: -5,
    hour: 99,
    company: ' never  seen\tElite ',
    payment: 'Bitcoin',
    tags: [NOT_UTF8, 'zzz', 'a'],
    scores: [NaN, 1e9, 0],
  },
  { fare: 1e30, miles: NaN, seconds: 2 ** 40, hour: -1, company: Uint8Array.of(0x80), payment: NOT_UTF8 },
  { fare: -0, miles: 1e-30, seconds: 0, hour: 0, company: 'a'.repeat(200), payment: '日本' },
  { miles: 3, hour: 19, payment: 'Cash' },
];

function preprocessing(f: Features<typeof schema>, t: Transforms) {
  const fare = t.fillMissing(f.fare, 0);
  const company = t.fillMissing(f.company);
  const seconds = t.fillMissing(f.seconds, t.cast(t.mean(f.seconds), 'int64'));
  return {
    fare,
    fare_z: t.zScore(fare),
    fare_optional: t.optional(t.zScore(f.fare)),
    fare_mean: t.fillMissing(f.fare, t.mean(f.fare)),
    fare_01: t.scaleTo01(fare),
    fare_range: t.scaleByMinMax(fare, -1, 3),
    fare_bucket: t.bucketize(fare, 3),
    fare_interpolated: t.applyBucketsWithInterpolation(fare, t.quantiles(fare, 4)),
    fare_fixed: t.applyBuckets(fare, [0, 10, 20]),
    fare_z_key: t.zScorePerKey(fare, f.payment),
    fare_01_key: t.scaleTo01PerKey(fare, f.payment),
    fare_bucket_key: t.bucketizePerKey(fare, f.payment, 2),
    fare_missing: t.isMissing(f.fare),
    fare_nan: t.isNan(fare),
    miles_log: t.log1p(t.abs(f.miles)),
    miles_each: t.where(t.greater(f.miles, 1), t.sqrt(t.abs(f.miles)), t.negate(f.miles)),
    miles_clip: t.clip(f.miles, 0, 5),
    speed: t.divide(f.miles, t.add(seconds, 1)),
    seconds,
    hour_plus: t.add(t.multiply(f.hour, 2), 1),
    hour_float: t.subtract(f.hour, 0.5),
    hour_vocabulary: t.vocabulary(f.hour, { topK: 3, numOovBuckets: 4 }),
    hour_late: t.or(t.greaterOrEqual(f.hour, 22), t.less(f.hour, 3)),
    hour_text: t.asString(f.hour),
    company,
    company_id: t.vocabulary(company),
    company_hot: t.oneHot(t.vocabulary(t.lower(t.strip(company)), { topK: 2, numOovBuckets: 2 })),
    company_length: t.stringLength(company),
    company_hash: t.hashStrings(company, 1000),
    company_secret: t.hashStrings(company, 1000, [1, 2]),
    company_elite: t.isIn(company, ['Elite', 'Affiliation']),
    payment_frequent: t.vocabulary(f.payment, { frequencyThreshold: 2, defaultValue: 7 }),
    payment_own: t.applyVocabulary(f.payment, ['Credit Card', 'Cash']),
    cross: t.cross([f.payment, f.hour, company], { numBuckets: 50 }),
    joined: t.join([f.payment, f.hour], '-'),
    tags: f.tags,
    tags_hot: t.multiHot(t.vocabulary(f.tags, { topK: 2, numOovBuckets: 1 })),
    tags_length: t.length(f.tags),
    scores_z: t.zScore(f.scores),
    words: t.vocabulary(t.lower(t.split(t.fillMissing(f.company)))),
    word_count: t.length(t.split(f.payment)),
    vector: t.concat([t.zScore(fare), f.hour, t.oneHot(t.bucketize(fare, 3))]),
  };
}

function assertClose(actual: Cell, expected: Cell, where: string): void {
  if (Array.isArray(expected)) {
    const list = expected as readonly Cell[];
    assert.equal((actual as readonly Cell[]).length, list.length, where);
    list.forEach((one, index) => assertClose((actual as readonly Cell[])[index] as Cell, one, `${where}[${index}]`));
  } else if (typeof expected === 'number' && Number.isFinite(expected)) {
    const tolerance = 1e-6 * Math.max(1, Math.abs(expected));
    assert.ok(Math.abs((actual as number) - expected) <= tolerance, `${where}: ${String(actual)} and ${expected}`);
  } else assert.deepEqual(actual, expected, where);
}

describe('the three paths of a transform graph', () => {
  const rows = [...training, ...strange];

  it('gives a row the same bits as a batch', async () => {
    const graph = await fitRows(schema, preprocessing, training);
    const batch = transformInBatch(graph, rows);
    rows.forEach((row, index) => assert.deepEqual(graph.transformRow(row), batch[index], `row ${index}`));
  });

  it('fits the same whatever the size of the batches', async () => {
    const [one, all] = [
      await fitRows(schema, preprocessing, training, 1),
      await fitRows(schema, preprocessing, training, 100),
    ];
    assert.deepEqual(transformInBatch(one, rows), transformInBatch(all, rows));
  });

  it('answers in TensorFlow as in TypeScript: exact for ids and strings, to 1e-6 for numbers', async () => {
    const graph = await fitRows(schema, preprocessing, training);
    const batch = transformInBatch(graph, rows);
    const tensorflow = await transformInTensorFlow(graph, rows);
    rows.forEach((_, row) => {
      for (const { name, dtype } of graph.outputs) {
        const [actual, expected] = [tensorflow[row]?.[name] as Cell, batch[row]?.[name] as Cell];
        if (dtype === 'float32') assertClose(actual, expected, `${name} in row ${row}`);
        else assert.deepEqual(actual, expected, `${name} in row ${row}`);
      }
    });
  });
});
