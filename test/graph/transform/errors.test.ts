import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { defineSchema, float, int, string } from '../../../formats/define-schema.js';
import { tracePreprocessing } from '../../../graph/transform/trace-preprocessing.js';
import type { AnyPreprocessing, Features, Transforms } from '../../../graph/transform/user-api.js';
import { fitRows } from './support.js';

const schema = defineSchema({
  alcohol: float({ required: true }),
  sulphates: float(),
  quality: int({ required: true }),
  color: string({ required: true }),
});

type F = Features<typeof schema>;
type Mistake = (f: F & Readonly<Record<string, never>>, t: Transforms & Readonly<Record<string, never>>) => unknown;

const trace = (mistake: Mistake) => tracePreprocessing(schema, mistake as unknown as AnyPreprocessing);

describe('mistakes in a preprocessing function', () => {
  const cases: readonly [string, Mistake, string, RegExp][] = [
    [
      'a feature that the schema lacks',
      (f, t) => ({ a: t.zScore(f['alcohl'] as never) }),
      'TRANSFORM_UNKNOWN_FEATURE',
      /"alcohl"[^]*Did you mean "alcohol"/,
    ],
    [
      'a transform that does not exist',
      (f, t) => (t as unknown as Record<string, (x: unknown) => unknown>)['zscore']?.(f),
      'TRANSFORM_UNKNOWN_FUNCTION',
      /Did you mean `zScore`/,
    ],
    [
      'a name of TensorFlow Transform',
      (f, t) => (t as unknown as Record<string, (x: unknown) => unknown>)['compute_and_apply_vocabulary']?.(f),
      'TRANSFORM_UNKNOWN_FUNCTION',
      /`vocabulary`/,
    ],
    [
      'a text where a number belongs',
      (f, t) => ({ a: t.zScore(f.color as never) }),
      'TRANSFORM_TYPE',
      /zScore takes float32 or int64; color is a string[^]*vocabulary/,
    ],
    [
      'a vocabulary of floats',
      (f, t) => ({ a: t.vocabulary(f.alcohol as never) }),
      'TRANSFORM_TYPE',
      /alcohol is a float32[^]*bucketize/,
    ],
    ['no feature at all', (_, t) => ({ a: t.zScore(undefined as never) }), 'TRANSFORM_TYPE', /got undefined/],
    [
      'an operator',
      (f, t) => ({ a: t.zScore((Number(f.alcohol) + 1) as never) }),
      'TRANSFORM_OPERATOR',
      /alcohol[^]*`add\(a, b\)`/,
    ],
    [
      'an output that may be missing',
      (f, t) => ({ a: t.zScore(f.sulphates) }),
      'TRANSFORM_OUTPUT_MAY_BE_MISSING',
      /"a", zScore\(sulphates\)[^]*does not require sulphates[^]*fillMissing/,
    ],
    ['nothing', () => undefined, 'TRANSFORM_OUTPUT', /returned undefined/],
    ['an empty object', () => ({}), 'TRANSFORM_OUTPUT', /no features/],
    ['one feature', (f) => f.alcohol, 'TRANSFORM_OUTPUT', /one feature, alcohol/],
    ['a number', () => ({ a: 1 }), 'TRANSFORM_OUTPUT', /"a" is a number/],
    ['a fitted number', (f, t) => ({ a: t.mean(f.alcohol) }), 'TRANSFORM_OUTPUT', /same number in every row/],
    ['falling boundaries', (f, t) => ({ a: t.applyBuckets(f.alcohol, [3, 1]) }), 'TRANSFORM_ARGUMENT', /rising order/],
    [
      'one bucket',
      (f, t) => ({ a: t.bucketize(f.alcohol, 1) }),
      'TRANSFORM_ARGUMENT',
      /numBuckets must be a whole number of at least 2/,
    ],
    [
      'an empty range',
      (f, t) => ({ a: t.scaleByMinMax(f.alcohol, 2, 2) }),
      'TRANSFORM_ARGUMENT',
      /low must be below high/,
    ],
    ['a depth that nobody knows', (f, t) => ({ a: t.oneHot(f.quality) }), 'TRANSFORM_ARGUMENT', /oneHot\(x, depth\)/],
    [
      'a value listed twice',
      (f, t) => ({ a: t.applyVocabulary(f.color, ['red', 'red']) }),
      'TRANSFORM_ARGUMENT',
      /twice/,
    ],
    [
      'shapes that do not fit',
      (f, t) => ({ a: t.add(t.oneHot(f.quality, 3), f.alcohol) }),
      'TRANSFORM_TYPE',
      /a vector of 3 float32/,
    ],
  ];
  for (const [title, mistake, code, message] of cases) {
    it(`explains ${title}`, async () => {
      await assert.rejects(trace(mistake), (error: Error & { code: string }) => {
        assert.equal(error.code, code, error.message);
        assert.match(error.message, message);
        return true;
      });
    });
  }

  it('refuses a row whose value has another type', async () => {
    const graph = await fitRows(schema, (f: F) => ({ alcohol: f.alcohol }), [{ alcohol: 1 }]);
    assert.throws(() => graph.transformRow({ alcohol: 'strong' }), { code: 'TRANSFORM_ROW_VALUE' });
  });
});

describe('what is traced', () => {
  it('is one node for equal expressions, so that equal statistics are fitted once', async () => {
    const spec = await trace((f, t) => ({
      a: t.zScore(f.alcohol),
      b: t.add(t.zScore(f.alcohol), 1),
      c: t.add(f.quality, t.mean(f.alcohol)),
    }));
    assert.equal(spec.analyzers.length, 1);
    assert.deepEqual(
      spec.features.map(({ name }) => name),
      ['alcohol', 'quality'],
    );
  });

  it('can be read from a function that is asynchronous', async () => {
    const spec = await trace(async (f) => await Promise.resolve({ a: f.alcohol }));
    assert.deepEqual(Object.keys(spec.outputs), ['a']);
  });

  it('fits analyzers of analyzers in later passes', async () => {
    const rows = [1, 2, 3, 4, 10].map((alcohol) => ({ alcohol }));
    const graph = await fitRows(
      schema,
      (f: F, t: Transforms) => ({
        bucket: t.bucketize(t.zScore(f.alcohol), 2),
        again: t.scaleTo01(t.zScore(f.alcohol)),
      }),
      rows,
    );
    // Reference: the mean of 1, 2, 3, 4, 10 is 4; the median z-score is that of 3.
    assert.deepEqual(
      rows.map((row) => graph.transformRow(row)['bucket']),
      [0, 0, 1, 1, 1],
    );
    assert.deepEqual(graph.transformRow({ alcohol: 10 })['again'], 1);
  });

  it('says an output’s vocabulary, also through fillMissing', async () => {
    const graph = await fitRows(
      defineSchema({ species: string({ required: true }), island: string() }),
      (f: { species: never; island: never }, t: Transforms) => ({
        species: t.vocabulary(f.species),
        island: t.fillMissing(t.vocabulary(f.island), -1),
        other: t.stringLength(f.species),
      }),
      [{ species: 'Gentoo', island: null }, { species: 'Adélie', island: 'Biscoe' }, { species: 'Gentoo' }],
    );
    assert.deepEqual(graph.vocabulary('species'), ['Gentoo', 'Adélie']);
    assert.deepEqual(graph.vocabulary('island'), ['Biscoe']);
    assert.equal(graph.vocabulary('other'), undefined);
  });
});
