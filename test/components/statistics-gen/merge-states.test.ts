import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { openInputs } from '../../../components/example-gen/open-inputs.js';
import { computeState, type StatisticsOptions } from '../../../components/statistics-gen/compute-statistics.js';
import { formatState, parseState, type DatasetState } from '../../../components/statistics-gen/dataset-state.js';
import { datasetStatistics } from '../../../components/statistics-gen/feature-statistics.js';
import { mergeStates } from '../../../components/statistics-gen/merge-states.js';
import { mergeMoments, MomentsBuilder } from '../../../components/statistics-gen/moments.js';
import {
  mergeSummaries,
  quantiles,
  SummaryBuilder,
  thinSummary,
  type QuantileSummary,
} from '../../../components/statistics-gen/quantile-summary.js';

let folder = '';
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'merge-'));
});
after(async () => {
  await rm(folder, { recursive: true });
});

function summaryOf(values: readonly number[]): QuantileSummary {
  const builder = new SummaryBuilder(Infinity, 0, 0);
  for (const value of [...values].sort((a, b) => a - b)) builder.add(value, 1);
  return builder.finish();
}

const numbers = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 200 });

void test('merged quantile summaries equal the summary of all values', () => {
  fc.assert(
    fc.property(numbers, numbers, (a, b) => {
      assert.deepEqual(mergeSummaries(summaryOf(a), summaryOf(b)), summaryOf([...a, ...b]));
    }),
  );
});

void test('a thinned summary answers quantiles within its rank error, also after merging', () => {
  const limit = 20;
  fc.assert(
    fc.property(numbers, numbers, (a, b) => {
      const merged = mergeSummaries(thinSummary(summaryOf(a), limit), thinSummary(summaryOf(b), limit));
      const all = [...a, ...b].sort((x, y) => x - y);
      const { boundaries } = quantiles(merged, 10);
      for (const [index, boundary] of boundaries.entries()) {
        const wanted = (index / 10) * all.length;
        const below = all.filter((value) => value < boundary).length;
        const upTo = all.filter((value) => value <= boundary).length;
        const slack = (2 * all.length) / limit + 2;
        assert.ok(below - slack <= wanted && wanted <= upTo + slack, `${boundary} for rank ${wanted}`);
      }
    }),
  );
});

void test('moments of parts merge into the moments of the whole', () => {
  fc.assert(
    fc.property(numbers, numbers, (a, b) => {
      const of = (values: readonly number[]) => {
        const builder = new MomentsBuilder();
        for (const value of values) builder.add(value, 1);
        return builder.finish();
      };
      const [merged, whole] = [mergeMoments(of(a), of(b)), of([...a, ...b])];
      assert.equal(merged.count, whole.count);
      assert.ok(Math.abs(merged.mean - whole.mean) < 1e-9 && Math.abs(merged.variance - whole.variance) < 1e-9);
    }),
  );
});

type Row = readonly [number: number | null, word: string | null, weight: number];
const row: fc.Arbitrary<Row> = fc.tuple(
  fc.option(fc.integer({ min: -9, max: 9 }), { nil: null }),
  fc.option(fc.constantFrom<string[]>('a', 'b', 'cc', 'ä', 'x y'), { nil: null }),
  fc.integer({ min: 1, max: 3 }),
);

async function stateOf(name: string, rows: readonly Row[], options: StatisticsOptions): Promise<DatasetState> {
  const file = path.join(folder, name);
  const lines = rows.map(([number, word, weight]) => `${number ?? ''},${word ?? ''},${weight}`);
  await writeFile(file, ['number,word,weight', ...lines, ''].join('\n'));
  const { source } = await openInputs([file], { temporaryPath: folder, csv: { mayBeEmpty: true } });
  return computeState(source, options, { threads: 1, memoryLimitMiB: 128, temporaryPath: folder });
}

function assertClose(actual: unknown, expected: unknown, where: string): void {
  if (typeof expected === 'object' && expected !== null) {
    assert.deepEqual(Object.keys(actual as object), Object.keys(expected), where);
    for (const [key, value] of Object.entries(expected))
      assertClose((actual as Record<string, unknown>)[key], value, `${where}.${key}`);
  } else if (typeof expected === 'number' && typeof actual === 'number')
    assert.ok(
      Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected)),
      `${where}: ${actual}, ${expected}`,
    );
  else assert.equal(actual, expected, where);
}

void test('statistics of shards merge into the statistics of all rows, weighted and not', async () => {
  const shards = fc.array(fc.array(row, { minLength: 1, maxLength: 30 }), { minLength: 2, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(shards, fc.boolean(), async (parts, weighted) => {
      const options = weighted ? { weightFeature: 'weight' } : {};
      const states = await Promise.all(parts.map((rows, index) => stateOf(`part-${index}.csv`, rows, options)));
      const whole = await stateOf('whole.csv', parts.flat(), options);
      assertClose(datasetStatistics(mergeStates(states)), datasetStatistics(whole), 'statistics');
    }),
    { numRuns: 25 },
  );
});

void test('a state survives its JSON', async () => {
  const state = await stateOf(
    'json.csv',
    [
      [1, 'a', 1],
      [null, 'b', 2],
    ],
    {},
  );
  assert.deepEqual(datasetStatistics(parseState(formatState(state))), datasetStatistics(state));
});
