import { rebin, type Bucket, type CalibrationHistogram } from './calibration-histogram.js';

const EPSILON = 1e-7;

/** Confusion matrices over ascending thresholds; entry i belongs to thresholds[i]. */
export interface ThresholdMatrices {
  readonly thresholds: Float64Array;
  readonly tp: Float64Array;
  readonly fp: Float64Array;
  readonly tn: Float64Array;
  readonly fn: Float64Array;
}

/** `count` thresholds from just below 0 to just above 1, evenly spaced: Keras's and TFMA's. */
export function interpolatedThresholds(count: number): number[] {
  const inner = Array.from({ length: count - 2 }, (_, i) => (i + 1) / (count - 1));
  return [-EPSILON, ...inner, 1 + EPSILON];
}

/**
 * Confusion matrices at `count` interpolated thresholds from a calibration histogram, as TFMA makes them: buckets are
 * closed below and the comparison is "above the threshold", so boundaries move up by 1e-7 first.
 */
export function matricesOf(histogram: CalibrationHistogram, count: number): ThresholdMatrices {
  const thresholds = interpolatedThresholds(count);
  const buckets = rebin(
    histogram,
    thresholds.map((threshold) => threshold + EPSILON),
  );
  const matrices = accumulate(buckets, thresholds);
  const last = count - 1;
  matrices.tp[last] = 0;
  matrices.fp[last] = 0;
  matrices.fn[last] = matrices.tp[0] as number;
  matrices.tn[last] = matrices.fp[0] as number;
  return matrices;
}

function accumulate(buckets: readonly Bucket[], thresholds: readonly number[]): ThresholdMatrices {
  const n = buckets.length;
  const [tp, fp, tn, fn] = [0, 0, 0, 0].map(() => new Float64Array(n)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  let positives = 0;
  let negatives = 0;
  for (let i = n - 1; i >= 0; i--) {
    const [label, , examples] = buckets[i] as Bucket;
    tp[i] = positives += label;
    fp[i] = negatives += examples - label;
  }
  for (let i = 1; i < n; i++) {
    const [label, , examples] = buckets[i - 1] as Bucket;
    fn[i] = (fn[i - 1] as number) + label;
    tn[i] = (tn[i - 1] as number) + examples - label;
  }
  return { thresholds: Float64Array.from(thresholds), tp, fp, tn, fn };
}
