import { alignHistograms } from './rules/histogram-alignment.js';
import type { FeatureView } from './rules/statistics-view.js';

/** A bucket without mass on one side counts as this share, so that the index stays finite. */
const SMALLEST_SHARE = 1e-4;

/**
 * Σ (p − q) ln(p / q) over the values of a text feature or the quantile buckets of a number; 0 for equal
 * distributions, above 0.25 by custom a great shift. Undefined when there is nothing to compare.
 */
export function populationStability(a: FeatureView | undefined, b: FeatureView | undefined): number | undefined {
  if (a === undefined || b === undefined) return undefined;
  const [p, q] = masses(a, b);
  const total = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);
  const [sumP, sumQ] = [total(p), total(q)];
  if (sumP === 0 || sumQ === 0) return undefined;
  return p.reduce((sum, mass, index) => {
    const [inA, inB] = [mass / sumP, (q[index] ?? 0) / sumQ];
    if (inA === inB) return sum;
    const [shareA, shareB] = [Math.max(inA, SMALLEST_SHARE), Math.max(inB, SMALLEST_SHARE)];
    return sum + (shareA - shareB) * Math.log(shareA / shareB);
  }, 0);
}

function masses(a: FeatureView, b: FeatureView): readonly [readonly number[], readonly number[]] {
  if (a.stringCounts.size > 0 || b.stringCounts.size > 0) {
    const values = [...new Set([...a.stringCounts.keys(), ...b.stringCounts.keys()])];
    return [
      values.map((value) => a.stringCounts.get(value) ?? 0),
      values.map((value) => b.stringCounts.get(value) ?? 0),
    ];
  }
  const [histogramA, histogramB] = [a.histogram('QUANTILES'), b.histogram('QUANTILES')];
  return histogramA && histogramB ? alignHistograms(histogramA, histogramB) : [[], []];
}
