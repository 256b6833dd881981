import type { StateKind } from './metric.js';

export const HISTOGRAM_BUCKETS = 10_000;

/** Weighted label, prediction and examples of one bucket. */
export type Bucket = [label: number, prediction: number, examples: number];

/** Buckets by index: 0 below 0, 1 to 10000 over [0, 1), 10001 from 1 on. */
export type CalibrationHistogram = Map<number, Bucket>;

function bucketIndex(prediction: number): number {
  const index = prediction * HISTOGRAM_BUCKETS + 1;
  if (index < 0) return 0;
  return index >= HISTOGRAM_BUCKETS + 1 ? HISTOGRAM_BUCKETS + 1 : Math.trunc(index);
}

function addTo(histogram: CalibrationHistogram, index: number, [label, prediction, examples]: Bucket): void {
  const bucket = histogram.get(index);
  if (!bucket) {
    histogram.set(index, [label, prediction, examples]);
    return;
  }
  bucket[0] += label;
  bucket[1] += prediction;
  bucket[2] += examples;
}

/** TFMA's calibration histogram: what AUC and the metrics "at" a constraint are made of. Only filled buckets are kept. */
export const calibrationHistogram: StateKind<CalibrationHistogram> = {
  name: 'calibrationHistogram',
  create: () => new Map(),
  add(histogram, label, prediction, weight) {
    addTo(histogram, bucketIndex(prediction), [label * weight, prediction * weight, weight]);
  },
  merge(into, from) {
    for (const [index, bucket] of from) addTo(into, index, bucket);
  },
};

/**
 * The histogram over other boundaries: bucket i is [thresholds[i], thresholds[i + 1]); what lies outside goes to the
 * first and the last. `thresholds` ascend.
 */
export function rebin(histogram: CalibrationHistogram, thresholds: readonly number[]): Bucket[] {
  const buckets: Bucket[] = thresholds.map(() => [0, 0, 0]);
  let offset = 0;
  for (const index of [...histogram.keys()].sort((a, b) => a - b)) {
    const start = bucketStart(index);
    while (offset + 1 < thresholds.length && start >= (thresholds[offset + 1] as number)) offset++;
    const [label, prediction, examples] = histogram.get(index) as Bucket;
    const bucket = buckets[offset] as Bucket;
    bucket[0] += label;
    bucket[1] += prediction;
    bucket[2] += examples;
  }
  return buckets;
}

function bucketStart(index: number): number {
  if (index === 0) return -Infinity;
  return index >= HISTOGRAM_BUCKETS + 1 ? Infinity : (index - 1) / HISTOGRAM_BUCKETS;
}
