import { calibrationHistogram, HISTOGRAM_BUCKETS } from './calibration-histogram.js';
import { stateOf, type ScalarMetric } from './metric.js';
import { matricesOf, type ThresholdMatrices } from './threshold-matrices.js';

/** The area under (false positive rate, recall) by trapezoids; NaN without positives or without negatives. */
export function rocArea({ tp, fp, tn, fn }: ThresholdMatrices): number {
  const positives = (tp[0] as number) + (fn[0] as number);
  const negatives = (fp[0] as number) + (tn[0] as number);
  if (!(positives > 0) || !(negatives > 0)) return NaN;
  let area = 0;
  for (let i = 0; i + 1 < tp.length; i++) {
    const width = ((fp[i] as number) - (fp[i + 1] as number)) / negatives;
    area += (width * ((tp[i] as number) + (tp[i + 1] as number))) / positives / 2;
  }
  return area;
}

/** Area under the ROC curve over 10000 thresholds, or as many as given (`auc@200`). */
export function auc(thresholds?: number): ScalarMetric {
  const at = thresholds === undefined ? '' : `@${thresholds}`;
  return {
    kind: 'scalar',
    name: `auc${at}`,
    words: 'AUC',
    tfma: {
      className: 'AUC',
      name: `auc${at}`,
      ...(thresholds === undefined ? {} : { config: { num_thresholds: thresholds, name: `auc${at}` } }),
    },
    direction: 'HIGHER_IS_BETTER',
    heads: ['binary'],
    needs: [calibrationHistogram],
    value: (states) => rocArea(matricesOf(stateOf(states, calibrationHistogram), thresholds ?? HISTOGRAM_BUCKETS)),
  };
}
