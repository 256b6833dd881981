import assert from 'node:assert/strict';
import { it } from 'node:test';
import { mergeStates, datasetStatistics, type DatasetState } from '../../../components/statistics-gen/index.js';
import { SKETCH_LIMIT } from '../../../components/statistics-gen/dataset-state.js';
import { NO_MOMENTS } from '../../../components/statistics-gen/moments.js';
import { SummaryBuilder } from '../../../components/statistics-gen/quantile-summary.js';
import { QUANTILES_ERROR, type DatasetStatisticsProto } from '../../../formats/statistics.js';
import { statisticsText } from '../../../views/statistics-view.js';

/** A state of `distinct` whole numbers from 0, each once. */
function stateOf(distinct: number): DatasetState {
  const builder = new SummaryBuilder(SKETCH_LIMIT, distinct, distinct);
  for (let value = 0; value < distinct; value++) builder.add(value, 1);
  const none = new SummaryBuilder(SKETCH_LIMIT, 0, 0).finish();
  const range = { min: 0, max: distinct - 1, finiteMin: 0, finiteMax: distinct - 1 };
  const counts = { nan: 0, zeros: 1, positiveInfinities: 0, weightedPositiveInfinities: 0 };
  const moments = { moments: NO_MOMENTS, weightedMoments: NO_MOMENTS };
  const level = { nonMissing: distinct, totalValues: distinct, lengths: [[1, distinct]] as const };
  const numbers = { ...counts, ...range, ...moments, summary: builder.finish(), weightedSummary: none };
  const levels = [{ ...level, weightedNonMissing: 0, weightedTotalValues: 0 }];
  const feature = { name: 'x', kind: 'INT' as const, levels, innermost: undefined, numbers, texts: undefined };
  return { numExamples: distinct, weightedNumExamples: undefined, features: [feature] };
}

const errorOf = ({ features }: DatasetStatisticsProto): number =>
  features?.[0]?.customStats?.find(({ name }) => name === QUANTILES_ERROR)?.num ?? 0;

it('quantiles of more distinct numbers than are kept say how far they may be off, where they are read and seen', () => {
  const exact = datasetStatistics(stateOf(SKETCH_LIMIT));
  assert.equal(exact.features?.[0]?.customStats, undefined);
  assert.match(statisticsText({ datasets: [exact] }), /median 1\S*,/);

  const sketched = datasetStatistics(stateOf(SKETCH_LIMIT + 1));
  const bound = errorOf(sketched);
  assert.ok(bound > 0 && bound <= 1 / SKETCH_LIMIT);
  assert.match(statisticsText({ datasets: [sketched] }), /median ≈ \S+ \(rank ± 0\.000\d+ %\)/);
});

it('merged states that had to leave values out say so', () => {
  const merged = datasetStatistics(mergeStates([stateOf(SKETCH_LIMIT + 1), stateOf(2 * SKETCH_LIMIT)]));
  const bound = errorOf(merged);
  assert.ok(bound > 0 && bound <= 3 / SKETCH_LIMIT);
});
