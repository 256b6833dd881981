import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import fc from 'fast-check';
import { SortedCounts } from '../../../graph/transform/analyzers/sorted-counts.js';
import { defineSchema, float, int, string } from '../../../formats/define-schema.js';
import { moments } from '../../../graph/transform/analyzers/moments.js';
import type { RawRow } from '../../../graph/transform/row.js';
import type { TransformGraph } from '../../../graph/transform/transform-graph.js';
import type { Features, Transforms } from '../../../graph/transform/user-api.js';
import { fitRows, transformInBatch } from './support.js';

const schema = defineSchema({ x: float(), n: int(), s: string(), t: string() });

const preprocessing = (f: Features<typeof schema>, t: Transforms) => {
  const [x, s] = [t.fillMissing(f.x, 1.5), t.fillMissing(f.s, 'none')];
  return {
    z: t.optional(t.zScore(f.x)),
    unit: t.scaleTo01(x),
    bucket: t.bucketize(x, 4),
    keyed: t.zScorePerKey(x, s),
    id: t.optional(t.vocabulary(f.s, { topK: 3 })),
    spread: t.vocabulary(s, { topK: 2, numOovBuckets: 7 }),
    hot: t.oneHot(t.vocabulary(s, { topK: 3 })),
    crossed: t.optional(t.cross([f.s, f.t, f.n], { numBuckets: 100 })),
    sum: t.optional(t.add(f.x, f.n)),
    chosen: t.optional(t.where(t.isMissing(f.n), x, t.log1p(t.abs(x)))),
    text: t.optional(t.join([f.s, f.t], '|')),
  };
};

const rowOf: fc.Arbitrary<RawRow> = fc.record(
  {
    x: fc.option(fc.float()),
    n: fc.option(fc.maxSafeInteger()),
    s: fc.option(fc.oneof(fc.constantFrom('a', 'b', 'c', ''), fc.string({ unit: 'binary' }), fc.uint8Array())),
    t: fc.option(fc.constantFrom('x', 'y')),
  },
  { requiredKeys: [] },
);

describe('any rows', () => {
  let graph: TransformGraph;
  before(async () => {
    const rows = ['a', 'b', 'b', 'c', 'd'].map((s, index) => ({ x: index * 1.1, n: index, s, t: 'x' }));
    graph = await fitRows(schema, preprocessing, rows);
  });

  it('have the same bits one by one as in a batch', () => {
    fc.assert(
      fc.property(fc.array(rowOf, { minLength: 1, maxLength: 20 }), (rows) => {
        const batch = transformInBatch(graph, rows);
        rows.forEach((row, index) => assert.deepEqual(graph.transformRow(row), batch[index]));
      }),
    );
  });
});

describe('parts of the data', () => {
  const numbers = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { maxLength: 300 });

  it('merge to the quantiles of the whole', () => {
    fc.assert(
      fc.property(
        fc.array(numbers, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 2, max: 12 }),
        (parts, buckets) => {
          const states = parts.map((part) => {
            const state = new SortedCounts();
            part.forEach((value) => state.add(value));
            return SortedCounts.fromJson(state.toJson());
          });
          const [merged = new SortedCounts(), ...others] = states;
          others.forEach((other) => merged.merge(other));
          const sorted = Float32Array.from(parts.flat()).sort();
          const expected = Array.from(
            { length: sorted.length === 0 ? 0 : buckets - 1 },
            (_, k) => sorted[Math.max(1, Math.ceil(((k + 1) * sorted.length) / buckets)) - 1],
          );
          assert.deepEqual(
            merged.quantiles(buckets).map((value) => value + 0),
            expected.map((value) => (value ?? 0) + 0),
          );
        },
      ),
    );
  });

  it('merge to the moments of the whole', () => {
    const stateOf = (part: readonly number[]) => {
      const state = moments.create({});
      moments.add(state, [{ kind: 'number', values: Float64Array.from(part), width: 1 }], part.length);
      return state;
    };
    const tame = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { maxLength: 50 });
    fc.assert(
      fc.property(tame, tame, (left, right) => {
        const [merged, whole] = [stateOf(left), stateOf([...left, ...right])];
        moments.merge(merged, moments.decode(moments.encode(stateOf(right)), {}));
        assert.equal(merged.count, whole.count);
        assert.ok(Math.abs(merged.mean - whole.mean) < 1e-9);
        assert.ok(Math.abs(merged.squares - whole.squares) < 1e-6 * Math.max(1, whole.squares));
      }),
    );
  });
});
