import type { HistogramBucketProto, HistogramProto } from '../../../formats/statistics.js';

interface Bucket {
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

interface Stripped {
  readonly buckets: readonly Bucket[];
  /** Mass of buckets without width, by their value. */
  readonly points: ReadonlyMap<number, number>;
  /** Mass of buckets with an infinite bound. */
  readonly infinite: number;
}

const bucketOf = ({ lowValue = 0, highValue = 0, sampleCount = 0 }: HistogramBucketProto): Bucket => ({
  low: lowValue,
  high: highValue,
  count: sampleCount,
});

function strip(histogram: HistogramProto): Stripped {
  const all = (histogram.buckets ?? []).map(bucketOf);
  const finite = all.filter(({ low, high }) => Number.isFinite(low) && Number.isFinite(high));
  const points = new Map<number, number>();
  for (const { low, high, count } of finite) if (low === high) points.set(low, (points.get(low) ?? 0) + count);
  return {
    buckets: finite.filter(({ low, high }) => low !== high),
    points,
    infinite: all.filter((bucket) => !finite.includes(bucket)).reduce((sum, { count }) => sum + count, 0),
  };
}

const ascending = (numbers: Iterable<number>): number[] => [...new Set(numbers)].sort((x, y) => x - y);

const boundariesOf = (buckets: readonly Bucket[]): number[] =>
  ascending(buckets.flatMap(({ low, high }) => [low, high]));

/** The histogram's mass in each interval between boundaries, each of its buckets spread evenly over its width. */
function rebucket(buckets: readonly Bucket[], boundaries: readonly number[]): number[] {
  const counts: number[] = new Array<number>(Math.max(0, boundaries.length - 1)).fill(0);
  let index = 0;
  for (const { low, high, count } of buckets) {
    while (index < counts.length && (boundaries[index] ?? Infinity) < low) index++;
    for (; index < counts.length && (boundaries[index] ?? Infinity) < high; index++) {
      const width = (boundaries[index + 1] ?? 0) - (boundaries[index] ?? 0);
      counts[index] = (counts[index] ?? 0) + (width / (high - low)) * count;
    }
  }
  return counts;
}

/**
 * Two histograms as masses over the same buckets, as TFDV aligns them: the union of all boundaries, then one bucket per
 * point mass, then infinite mass and NaN, which never match the other side. NaN counts only where both sides have the
 * same boundaries to begin with: TFDV loses it when it cuts buckets anew.
 *
 * @returns two lists of equal length, not normalized
 */
export function alignHistograms(a: HistogramProto, b: HistogramProto): readonly [readonly number[], readonly number[]] {
  const [left, right] = [strip(a), strip(b)];
  const [ofLeft, ofRight] = [boundariesOf(left.buckets), boundariesOf(right.buckets)];
  const boundaries = ascending([...ofLeft, ...ofRight]);
  const isCutAnew = boundaries.length > ofLeft.length || boundaries.length > ofRight.length;
  const p = rebucket(left.buckets, boundaries);
  const q = rebucket(right.buckets, boundaries);
  const add = (onLeft: number, onRight: number): void => {
    p.push(onLeft);
    q.push(onRight);
  };
  for (const point of ascending([...left.points.keys(), ...right.points.keys()]))
    add(left.points.get(point) ?? 0, right.points.get(point) ?? 0);
  if (left.infinite !== 0) add(left.infinite, 0);
  if (right.infinite !== 0) add(0, right.infinite);
  const [leftNan, rightNan] = [a.numNan ?? 0, b.numNan ?? 0];
  if (!isCutAnew && (leftNan > 0 || rightNan > 0)) {
    add(0, rightNan);
    add(leftNan, 0);
  }
  return [p, q];
}
