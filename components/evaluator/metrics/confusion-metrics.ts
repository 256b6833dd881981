import { confusionMatrixAt, type ConfusionMatrix } from './confusion-matrix.js';
import { divide, stateOf, type Direction, type ScalarMetric } from './metric.js';

type Formula = (matrix: ConfusionMatrix) => number;

const tpr: Formula = ({ tp, fn }) => divide(tp, tp + fn);
const tnr: Formula = ({ tn, fp }) => divide(tn, tn + fp);
const fpr: Formula = ({ tn, fp }) => divide(fp, tn + fp);
const fnr: Formula = ({ tp, fn }) => divide(fn, tp + fn);
const ppv: Formula = ({ tp, fp }) => divide(tp, tp + fp);
const npv: Formula = ({ tn, fn }) => divide(tn, tn + fn);
const total: Formula = ({ tp, tn, fp, fn }) => tp + tn + fp + fn;

function prevalenceThreshold(matrix: ConfusionMatrix): number {
  const sensitivity = tpr(matrix);
  const specificity = tnr(matrix);
  return (Math.sqrt(sensitivity * (1 - specificity)) + specificity - 1) / (sensitivity + specificity - 1);
}

function matthews({ tp, tn, fp, fn }: ConfusionMatrix): number {
  return divide(tp * tn - fp * fn, Math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)));
}

const diagnosticOddsRatio: Formula = ({ tp, tn, fp, fn }) => (fn > 0 && fp > 0 && tn > 0 ? tp / fn / (fp / tn) : NaN);

const HIGHER = 'HIGHER_IS_BETTER';
const LOWER = 'LOWER_IS_BETTER';

/** By our name: TFMA's class and name, words for people, which way is better, the formula. Definitions as in TFMA. */
const FAMILY: Readonly<Record<string, readonly [string, string, string, Direction | undefined, Formula]>> = {
  truePositives: ['TruePositives', 'true_positives', 'true positives', HIGHER, (m) => m.tp],
  trueNegatives: ['TrueNegatives', 'true_negatives', 'true negatives', HIGHER, (m) => m.tn],
  falsePositives: ['FalsePositives', 'false_positives', 'false positives', LOWER, (m) => m.fp],
  falseNegatives: ['FalseNegatives', 'false_negatives', 'false negatives', LOWER, (m) => m.fn],
  binaryAccuracy: ['BinaryAccuracy', 'binary_accuracy', 'accuracy', HIGHER, (m) => divide(m.tp + m.tn, total(m))],
  precision: ['Precision', 'precision', 'precision', HIGHER, ppv],
  ppv: ['PPV', 'ppv', 'positive predictive value', HIGHER, ppv],
  recall: ['Recall', 'recall', 'recall', HIGHER, tpr],
  tpr: ['TPR', 'tpr', 'true positive rate', HIGHER, tpr],
  specificity: ['Specificity', 'specificity', 'specificity', HIGHER, tnr],
  tnr: ['TNR', 'tnr', 'true negative rate', HIGHER, tnr],
  fallOut: ['FallOut', 'fall_out', 'fall-out', LOWER, fpr],
  fpr: ['FPR', 'fpr', 'false positive rate', LOWER, fpr],
  missRate: ['MissRate', 'miss_rate', 'miss rate', LOWER, fnr],
  fnr: ['FNR', 'fnr', 'false negative rate', LOWER, fnr],
  negativePredictiveValue: [
    'NegativePredictiveValue',
    'negative_predictive_value',
    'negative predictive value',
    HIGHER,
    npv,
  ],
  npv: ['NPV', 'npv', 'negative predictive value', HIGHER, npv],
  falseDiscoveryRate: [
    'FalseDiscoveryRate',
    'false_discovery_rate',
    'false discovery rate',
    LOWER,
    (m) => divide(m.fp, m.fp + m.tp),
  ],
  falseOmissionRate: [
    'FalseOmissionRate',
    'false_omission_rate',
    'false omission rate',
    LOWER,
    (m) => divide(m.fn, m.fn + m.tn),
  ],
  prevalence: ['Prevalence', 'prevalence', 'prevalence', undefined, (m) => divide(m.tp + m.fn, total(m))],
  prevalenceThreshold: [
    'PrevalenceThreshold',
    'prevalence_threshold',
    'prevalence threshold',
    undefined,
    prevalenceThreshold,
  ],
  threatScore: ['ThreatScore', 'threat_score', 'threat score', HIGHER, (m) => divide(m.tp, m.tp + m.fn + m.fp)],
  balancedAccuracy: [
    'BalancedAccuracy',
    'balanced_accuracy',
    'balanced accuracy',
    HIGHER,
    (m) => (tpr(m) + tnr(m)) / 2,
  ],
  f1Score: ['F1Score', 'f1_score', 'F1 score', HIGHER, (m) => divide(2 * m.tp, 2 * m.tp + m.fp + m.fn)],
  matthewsCorrelationCoefficient: [
    'MatthewsCorrelationCoefficient',
    'matthews_correlation_coefficient',
    'Matthews correlation coefficient',
    HIGHER,
    matthews,
  ],
  fowlkesMallowsIndex: [
    'FowlkesMallowsIndex',
    'fowlkes_mallows_index',
    'Fowlkes-Mallows index',
    HIGHER,
    (m) => Math.sqrt(ppv(m) * tpr(m)),
  ],
  informedness: ['Informedness', 'informedness', 'informedness', HIGHER, (m) => tpr(m) + tnr(m) - 1],
  markedness: ['Markedness', 'markedness', 'markedness', HIGHER, (m) => ppv(m) + npv(m) - 1],
  positiveLikelihoodRatio: [
    'PositiveLikelihoodRatio',
    'positive_likelihood_ratio',
    'positive likelihood ratio',
    HIGHER,
    (m) => divide(tpr(m), fpr(m)),
  ],
  negativeLikelihoodRatio: [
    'NegativeLikelihoodRatio',
    'negative_likelihood_ratio',
    'negative likelihood ratio',
    LOWER,
    (m) => divide(fnr(m), tnr(m)),
  ],
  diagnosticOddsRatio: [
    'DiagnosticOddsRatio',
    'diagnostic_odds_ratio',
    'diagnostic odds ratio',
    HIGHER,
    diagnosticOddsRatio,
  ],
  predictedPositiveRate: [
    'PredictedPositiveRate',
    'predicted_positive_rate',
    'predicted positive rate',
    undefined,
    (m) => divide(m.tp + m.fp, total(m)),
  ],
};

export const confusionMetricNames: readonly string[] = Object.keys(FAMILY);

/** A metric of the confusion matrix at a threshold, 0.5 unless given (`precision@0.3`). */
export function confusionMetric(name: string, threshold?: number): ScalarMetric | undefined {
  const entry = Object.hasOwn(FAMILY, name) ? FAMILY[name] : undefined;
  if (!entry) return undefined;
  const [className, tfmaName, words, direction, formula] = entry;
  const matrix = confusionMatrixAt(threshold ?? 0.5);
  const at = threshold === undefined ? '' : `@${threshold}`;
  const config = { thresholds: [threshold ?? 0.5], ...(at === '' ? {} : { name: `${tfmaName}${at}` }) };
  return {
    kind: 'scalar',
    name: `${name}${at}`,
    words: at === '' ? words : `${words} at threshold ${threshold}`,
    tfma: { className, name: `${tfmaName}${at}`, config: className === 'BinaryAccuracy' && at === '' ? {} : config },
    direction,
    heads: ['binary'],
    needs: [matrix],
    value: (states) => formula(stateOf(states, matrix)),
  };
}
