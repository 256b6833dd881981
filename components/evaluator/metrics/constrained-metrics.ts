import { calibrationHistogram, HISTOGRAM_BUCKETS } from './calibration-histogram.js';
import { stateOf, type ScalarMetric } from './metric.js';
import { matricesOf, type ThresholdMatrices } from './threshold-matrices.js';

type Rate = (matrices: ThresholdMatrices, i: number) => number;

const at = (values: Float64Array, i: number) => values[i] as number;
const precision: Rate = ({ tp, fp }, i) => at(tp, i) / (at(tp, i) + at(fp, i));
const recall: Rate = ({ tp, fn }, i) => at(tp, i) / (at(tp, i) + at(fn, i));
const specificity: Rate = ({ tn, fp }, i) => at(tn, i) / (at(tn, i) + at(fp, i));
const falsePositiveRate: Rate = ({ tn, fp }, i) => at(fp, i) / (at(tn, i) + at(fp, i));

interface Constrained {
  readonly className: string;
  readonly tfmaName: string;
  readonly words: string;
  /** TFMA's name of the argument. */
  readonly argument: string;
  readonly best: Rate;
  readonly constrained: Rate;
  readonly atMost?: boolean;
}

const FAMILY: Readonly<Record<string, Constrained>> = {
  sensitivityAtSpecificity: {
    className: 'SensitivityAtSpecificity',
    tfmaName: 'sensitivity_at_specificity',
    words: 'sensitivity at specificity',
    argument: 'specificity',
    best: recall,
    constrained: specificity,
  },
  specificityAtSensitivity: {
    className: 'SpecificityAtSensitivity',
    tfmaName: 'specificity_at_sensitivity',
    words: 'specificity at sensitivity',
    argument: 'sensitivity',
    best: specificity,
    constrained: recall,
  },
  precisionAtRecall: {
    className: 'PrecisionAtRecall',
    tfmaName: 'precision_at_recall',
    words: 'precision at recall',
    argument: 'recall',
    best: precision,
    constrained: recall,
  },
  recallAtPrecision: {
    className: 'RecallAtPrecision',
    tfmaName: 'recall_at_precision',
    words: 'recall at precision',
    argument: 'precision',
    best: recall,
    constrained: precision,
  },
  recallAtFalsePositiveRate: {
    className: 'RecallAtFalsePositiveRate',
    tfmaName: 'recall_at_false_positive_rate',
    words: 'recall at false positive rate',
    argument: 'false_positive_rate',
    best: recall,
    constrained: falsePositiveRate,
    atMost: true,
  },
};

export const constrainedMetricNames: readonly string[] = Object.keys(FAMILY);

/** The best of one rate over the thresholds at which another is good enough; 0 where none is. */
function bestUnderConstraint(
  matrices: ThresholdMatrices,
  { best, constrained, atMost }: Constrained,
  bound: number,
): number {
  let found = NaN;
  let feasible = false;
  for (let i = 0; i < matrices.thresholds.length; i++) {
    const rate = constrained(matrices, i);
    if (!(atMost ? rate <= bound : rate >= bound)) continue;
    feasible = true;
    const value = best(matrices, i);
    if (!Number.isNaN(value) && !(value <= found)) found = value;
  }
  return feasible ? found : 0;
}

/** `precisionAtRecall@0.8` and its like: one rate at its best while another keeps a bound. */
export function constrainedMetric(name: string, bound: number): ScalarMetric | undefined {
  const entry = Object.hasOwn(FAMILY, name) ? FAMILY[name] : undefined;
  if (!entry) return undefined;
  return {
    kind: 'scalar',
    name: `${name}@${bound}`,
    words: `${entry.words} ${bound}`,
    tfma: {
      className: entry.className,
      name: `${entry.tfmaName}@${bound}`,
      config: { [entry.argument]: bound, name: `${entry.tfmaName}@${bound}` },
    },
    direction: 'HIGHER_IS_BETTER',
    heads: ['binary'],
    needs: [calibrationHistogram],
    value: (states) =>
      bestUnderConstraint(matricesOf(stateOf(states, calibrationHistogram), HISTOGRAM_BUCKETS), entry, bound),
  };
}
