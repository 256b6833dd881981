import type { DatasetConstraintsProto, NumericValueComparatorProto } from '../../../formats/schema.js';
import { finding, sixDigits, type Finding } from './description.js';
import type { DatasetView } from './statistics-view.js';

/** Rules on the number of examples; limits that were passed are moved. As in TFDV, a maximum alone is not checked. */
export function checkDatasetConstraints(dataset: DatasetView, constraints: DatasetConstraintsProto): Finding[] {
  const { previousSpan, previousVersion } = dataset.controls;
  const drift = constraints.numExamplesDriftComparator;
  const version = constraints.numExamplesVersionComparator;
  return [
    ...(drift ? compareCounts(dataset, previousSpan, 'previous span', drift) : []),
    ...(version ? compareCounts(dataset, previousVersion, 'previous version', version) : []),
    ...checkCounts(dataset.numExamples, constraints),
  ];
}

function compareCounts(
  dataset: DatasetView,
  control: DatasetView | undefined,
  name: string,
  comparator: NumericValueComparatorProto,
): Finding[] {
  if (control === undefined) return [];
  const findings: Finding[] = [];
  const ratio = control.numExamples === 0 ? undefined : dataset.numExamples / control.numExamples;
  const { maxFractionThreshold: most, minFractionThreshold: least } = comparator;
  const says = (how: string, found: number, threshold: number): string =>
    `The ratio of num examples in the current dataset versus the ${name} is ${sixDigits(found)} (up to six significant ` +
    `digits), which is ${how} the threshold ${sixDigits(threshold)}.`;
  const high = `High num examples in current dataset versus the ${name}`;
  if (most !== undefined && ratio === undefined) {
    delete comparator.maxFractionThreshold;
    const long = `The ${name} has 0 examples, so there is a high number of examples in the current dataset versus the ${name}.`;
    findings.push(finding('COMPARATOR_HIGH_NUM_EXAMPLES', `${high}, which has 0.`, long));
  } else if (most !== undefined && ratio !== undefined && ratio > most) {
    comparator.maxFractionThreshold = ratio;
    findings.push(finding('COMPARATOR_HIGH_NUM_EXAMPLES', `${high}.`, says('above', ratio, most)));
  }
  if (least !== undefined && ratio !== undefined && ratio < least) {
    comparator.minFractionThreshold = ratio;
    const short = `Low num examples in current dataset versus the ${name}.`;
    findings.push(finding('COMPARATOR_LOW_NUM_EXAMPLES', short, says('below', ratio, least)));
  }
  return findings;
}

function checkCounts(found: number, constraints: DatasetConstraintsProto): Finding[] {
  const { minExamplesCount: least, maxExamplesCount: most } = constraints;
  if (least === undefined) return [];
  const findings: Finding[] = [];
  const says = (how: string): string => `The dataset has ${sixDigits(found)} examples, which is ${how} than expected.`;
  if (found < least) {
    constraints.minExamplesCount = found;
    findings.push(finding('DATASET_LOW_NUM_EXAMPLES', 'Low num examples in dataset.', says('fewer')));
  }
  if (most !== undefined && found > most) {
    constraints.maxExamplesCount = found;
    findings.push(finding('DATASET_HIGH_NUM_EXAMPLES', 'High num examples in dataset.', says('more')));
  }
  return findings;
}
