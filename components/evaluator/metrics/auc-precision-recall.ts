import { calibrationHistogram, HISTOGRAM_BUCKETS } from './calibration-histogram.js';
import { stateOf, type ScalarMetric } from './metric.js';
import { matricesOf, type ThresholdMatrices } from './threshold-matrices.js';

/**
 * The area under (recall, precision), true positives interpolated between thresholds.
 * @see Davis & Goadrich, The relationship between precision-recall and ROC curves, 2006
 */
export function precisionRecallArea({ tp, fp, fn }: ThresholdMatrices): number {
  let area = 0;
  for (let i = 0; i + 1 < tp.length; i++) {
    const next = tp[i + 1] as number;
    const truePositives = (tp[i] as number) - next;
    const predicted = (tp[i] as number) + (fp[i] as number);
    const nextPredicted = next + (fp[i + 1] as number);
    const slope = truePositives / Math.max(predicted - nextPredicted, 0);
    const intercept = next - slope * nextPredicted;
    const ratio = predicted > 0 && nextPredicted > 0 ? predicted / nextPredicted : 1;
    const increment =
      (slope * (truePositives + intercept * Math.log(ratio))) / Math.max(next + (fn[i + 1] as number), 0);
    if (!Number.isNaN(increment)) area += increment;
  }
  return area;
}

/** Area under the precision-recall curve over 10000 thresholds, or as many as given. 0 without positives, as TFMA. */
export function aucPrecisionRecall(thresholds?: number): ScalarMetric {
  const at = thresholds === undefined ? '' : `@${thresholds}`;
  const name = `auc_precision_recall${at}`;
  return {
    kind: 'scalar',
    name: `aucPrecisionRecall${at}`,
    words: 'precision-recall AUC',
    tfma: {
      className: 'AUCPrecisionRecall',
      name,
      ...(thresholds === undefined ? {} : { config: { num_thresholds: thresholds, name } }),
    },
    direction: 'HIGHER_IS_BETTER',
    heads: ['binary'],
    needs: [calibrationHistogram],
    value: (states) =>
      precisionRecallArea(matricesOf(stateOf(states, calibrationHistogram), thresholds ?? HISTOGRAM_BUCKETS)),
  };
}
