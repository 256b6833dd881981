import type {
  CalibrationBucketProto,
  ConfusionMatrixProto,
  PlotsForSliceProto,
} from '../../formats/protobuf/tensorflow-model-analysis.js';
import type { EvaluationState, ModelRole } from './measure.js';
import { calibrationHistogram, rebin, type CalibrationHistogram } from './metrics/calibration-histogram.js';
import { divide } from './metrics/metric.js';
import { matricesOf } from './metrics/threshold-matrices.js';
import type { EvaluationPlan } from './plan.js';
import { sliceKeyProto, type RecordOptions } from './tfma-records.js';

const CALIBRATION_BUCKETS = 100;
const CONFUSION_THRESHOLDS = 101;

/** Calibration and confusion matrices of classifications whose AUC is measured, as TFMA's records of plots. */
export function plotsRecords(
  { slices }: EvaluationState,
  plan: EvaluationPlan,
  { compared, weighted }: RecordOptions,
): PlotsForSliceProto[] {
  if (plan.head === 'regression') return [];
  return [...slices.values()].flatMap(({ slice, models }) => {
    const plots = Object.entries(models).flatMap(([role, { classes }]) =>
      classes.flatMap((states, classId) => {
        const histogram = states.get(calibrationHistogram.name) as CalibrationHistogram | undefined;
        if (!histogram) return [];
        const key = {
          ...(compared ? { modelName: role as ModelRole } : {}),
          ...(plan.head === 'multiclass' ? { subKey: { classId: { value: classId } } } : {}),
          exampleWeighted: { value: weighted },
        };
        return [
          {
            key,
            value: {
              calibrationHistogramBuckets: { buckets: calibrationBuckets(histogram) },
              confusionMatrixAtThresholds: { matrices: confusionMatrices(histogram) },
            },
          },
        ];
      }),
    );
    return plots.length === 0 ? [] : [{ sliceKey: sliceKeyProto(slice), plotKeysAndValues: plots }];
  });
}

/** Below 0, 100 equal buckets of [0, 1), and from 1 on. */
function calibrationBuckets(histogram: CalibrationHistogram): CalibrationBucketProto[] {
  const inner = Array.from({ length: CALIBRATION_BUCKETS + 1 }, (_, i) => i / CALIBRATION_BUCKETS);
  const bounds = [-Infinity, ...inner];
  return rebin(histogram, bounds).map(([label, prediction, examples], i) => ({
    lowerThresholdInclusive: bounds[i] as number,
    upperThresholdExclusive: bounds[i + 1] ?? Infinity,
    numWeightedExamples: { value: examples },
    totalWeightedLabel: { value: label },
    totalWeightedRefinedPrediction: { value: prediction },
  }));
}

function confusionMatrices(histogram: CalibrationHistogram): ConfusionMatrixProto[] {
  const { thresholds, tp, fp, tn, fn } = matricesOf(histogram, CONFUSION_THRESHOLDS);
  return Array.from(thresholds, (threshold, i) => {
    const [truePositives, falsePositives, trueNegatives, falseNegatives] = [tp, fp, tn, fn].map(
      (counts) => counts[i] as number,
    ) as [number, number, number, number];
    const predicted = truePositives + falsePositives;
    const positives = truePositives + falseNegatives;
    return {
      threshold: Number(threshold.toFixed(6)),
      truePositives,
      falsePositives,
      trueNegatives,
      falseNegatives,
      precision: predicted > 0 ? truePositives / predicted : 1,
      recall: positives > 0 ? truePositives / positives : 0,
      f1: divide(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives),
      accuracy: divide(truePositives + trueNegatives, predicted + trueNegatives + falseNegatives),
      falsePositiveRate: divide(falsePositives, falsePositives + trueNegatives),
      falseOmissionRate: divide(falseNegatives, falseNegatives + trueNegatives),
    };
  });
}
