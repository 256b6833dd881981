import { PipelineError } from '../../../errors/pipeline-error.js';
import { auc } from './auc.js';
import { aucPrecisionRecall } from './auc-precision-recall.js';
import { binaryCrossEntropy } from './binary-cross-entropy.js';
import { calibration, meanLabel, meanPrediction } from './calibration.js';
import { sparseCategoricalAccuracy, sparseCategoricalCrossEntropy } from './categorical.js';
import { confusionMetric, confusionMetricNames } from './confusion-metrics.js';
import { constrainedMetric, constrainedMetricNames } from './constrained-metrics.js';
import { exampleCount } from './example-count.js';
import type { Head, Metric } from './metric.js';
import {
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  meanSquaredLogarithmicError,
  rootMeanSquaredError,
} from './regression-errors.js';
import { squaredPearsonCorrelation } from './squared-pearson-correlation.js';
import { coefficientOfDiscrimination, relativeCoefficientOfDiscrimination } from './tjur-discrimination.js';

const PLAIN: ReadonlyMap<string, Metric> = new Map(
  [
    exampleCount,
    meanSquaredError,
    rootMeanSquaredError,
    meanAbsoluteError,
    meanAbsolutePercentageError,
    meanSquaredLogarithmicError,
    squaredPearsonCorrelation,
    meanLabel,
    meanPrediction,
    calibration,
    binaryCrossEntropy,
    coefficientOfDiscrimination,
    relativeCoefficientOfDiscrimination,
    sparseCategoricalAccuracy,
    sparseCategoricalCrossEntropy,
  ].map((metric) => [metric.name, metric]),
);

const ALIASES: Readonly<Record<string, Readonly<Record<'binary' | 'multiclass', string>>>> = {
  accuracy: { binary: 'binaryAccuracy', multiclass: 'sparseCategoricalAccuracy' },
  crossEntropy: { binary: 'binaryCrossEntropy', multiclass: 'sparseCategoricalCrossEntropy' },
  categoricalCrossEntropy: { binary: 'binaryCrossEntropy', multiclass: 'sparseCategoricalCrossEntropy' },
};

/** Every name a config may use; those of the second list take an argument: `precisionAtRecall@0.8`. */
export const metricNames: readonly string[] = [
  ...PLAIN.keys(),
  'auc',
  'aucPrecisionRecall',
  ...confusionMetricNames,
  ...Object.keys(ALIASES),
  ...constrainedMetricNames.map((name) => `${name}@0.8`),
];

const USUAL: Readonly<Record<Head, readonly string[]>> = {
  regression: ['exampleCount', 'meanSquaredError', 'meanAbsoluteError', 'squaredPearsonCorrelation'],
  binary: ['exampleCount', 'binaryAccuracy', 'binaryCrossEntropy', 'auc', 'aucPrecisionRecall', 'precision', 'recall'],
  multiclass: ['exampleCount', 'sparseCategoricalAccuracy', 'sparseCategoricalCrossEntropy', 'auc', 'f1Score'],
};

/** The metrics that are computed when a config names none. */
export function usualMetrics(head: Head): readonly string[] {
  return USUAL[head];
}

/**
 * The metric of a name, for a head: `auc`, `accuracy`, `precision@0.3`.
 * @throws EVALUATION_METRIC_UNKNOWN, EVALUATION_METRIC_MISMATCH
 */
export function metricNamed(given: string, head: Head): Metric {
  const aliased = Object.hasOwn(ALIASES, given) ? ALIASES[given]?.[head === 'multiclass' ? head : 'binary'] : undefined;
  const [name = '', text] = (aliased ?? given).split('@', 2);
  const argument = text === undefined ? undefined : Number(text);
  const metric = argument !== undefined && !isArgument(name, argument) ? undefined : find(name, argument);
  if (!metric) {
    throw new PipelineError('EVALUATION_METRIC_UNKNOWN', {
      what: `There is no metric ${JSON.stringify(given)}.`,
      fix: `Use one of ${metricNames.join(', ')}.`,
      details: { metric: given },
    });
  }
  checkHead(metric, given, head);
  return metric;
}

function isArgument(name: string, argument: number): boolean {
  if (name.startsWith('auc')) return Number.isInteger(argument) && argument >= 2 && argument <= 10_000;
  return argument >= 0 && argument <= 1;
}

function find(name: string, argument: number | undefined): Metric | undefined {
  if (name === 'auc') return auc(argument);
  if (name === 'aucPrecisionRecall') return aucPrecisionRecall(argument);
  const plain = argument === undefined ? PLAIN.get(name) : undefined;
  return (
    plain ?? confusionMetric(name, argument) ?? (argument === undefined ? undefined : constrainedMetric(name, argument))
  );
}

function checkHead(metric: Metric, given: string, head: Head): void {
  const fits =
    metric.kind === 'categorical'
      ? head === 'multiclass'
      : metric.heads.includes(head) || (head === 'multiclass' && metric.heads.includes('binary'));
  if (fits) return;
  throw new PipelineError('EVALUATION_METRIC_MISMATCH', {
    what: `The metric ${JSON.stringify(given)} does not fit a model of head ${head}.`,
    fix: `For ${head} use e.g. ${usualMetrics(head).join(', ')}.`,
    details: { metric: given, head },
  });
}
