import type { HistogramProto } from '../../../formats/statistics.js';
import { compareUtf8 } from './feature-path.js';
import { alignHistograms } from './histogram-alignment.js';
import type { FeatureView } from './statistics-view.js';

type Counts = ReadonlyMap<string, number>;

const total = (numbers: Iterable<number>): number => [...numbers].reduce((sum, number) => sum + number, 0);
const unionKeys = (a: Counts, b: Counts): string[] => [...new Set([...a.keys(), ...b.keys()])].sort(compareUtf8);

/** The largest difference of scaled counts, and the value that has it; of several equal ones the last by its bytes. */
function largestDifference(a: Counts, b: Counts, scaleA: number, scaleB: number): { value: string; distance: number } {
  let largest = { value: '', distance: 0 };
  for (const value of unionKeys(a, b)) {
    const distance = Math.abs((a.get(value) ?? 0) / scaleA - (b.get(value) ?? 0) / scaleB);
    if (distance >= largest.distance) largest = { value, distance };
  }
  return largest;
}

/** max |p − q| over the values' shares. 0 for features that are not counted by value. */
export function lInfinity(a: Counts, b: Counts): { value: string; distance: number } {
  return largestDifference(a, b, total(a.values()) || 1, total(b.values()) || 1);
}

/** max |a − b| / (Σa + Σb) over the values' counts. */
export function normalizedAbsoluteDifference(a: Counts, b: Counts): { value: string; distance: number } {
  const scale = total(a.values()) + total(b.values()) || 1;
  return largestDifference(a, b, scale, scale);
}

/** KL(p‖(p+q)/2) in bits; terms without mass on either side count nothing. */
function divergenceFromMean(p: readonly number[], q: readonly number[]): number {
  return p.reduce((sum, mass, index) => {
    const mean = (mass + (q[index] ?? 0)) / 2;
    return mass > 0 && mean > 0 ? sum + mass * Math.log2(mass / mean) : sum;
  }, 0);
}

/** Jensen-Shannon divergence in bits of two lists of masses over the same buckets, 0 to 1; undefined for no mass. */
export function jensenShannon(p: readonly number[], q: readonly number[]): number | undefined {
  const [sumP, sumQ] = [total(p), total(q)];
  if (sumP === 0 || sumQ === 0) return undefined;
  const [shareP, shareQ] = [p.map((mass) => mass / sumP), q.map((mass) => mass / sumQ)];
  return Math.min(1, (divergenceFromMean(shareP, shareQ) + divergenceFromMean(shareQ, shareP)) / 2);
}

export function histogramDivergence(a: HistogramProto, b: HistogramProto): number | undefined {
  return jensenShannon(...alignHistograms(a, b));
}

/** Divergence of two features: by value counts where both have them, else by the histograms of the wanted type. */
export function featureDivergence(
  a: FeatureView,
  b: FeatureView,
  source: 'STANDARD' | 'QUANTILES',
): number | undefined {
  const [countsA, countsB] = [a.stringCounts, b.stringCounts];
  if (countsA.size > 0 && countsB.size > 0) {
    const values = unionKeys(countsA, countsB);
    return jensenShannon(
      values.map((value) => countsA.get(value) ?? 0),
      values.map((value) => countsB.get(value) ?? 0),
    );
  }
  const [histogramA, histogramB] = [a.histogram(source), b.histogram(source)];
  return histogramA && histogramB && histogramDivergence(histogramA, histogramB);
}
