import type { SparseFeatureProto, WeightedFeatureProto } from '../../../formats/schema.js';
import { finding, sixDigits, type Finding } from './description.js';
import { deprecate } from './lifecycle.js';
import type { FeatureView } from './statistics-view.js';

/** Reads the custom statistics of a sparse feature: missing values or indices, and lengths that differ. */
export function checkSparseFeature(view: FeatureView, sparse: SparseFeatureProto): Finding[] {
  const findings: Finding[] = [];
  for (const { name, num = 0, rankHistogram } of view.data.customStats ?? []) {
    const nonZero = (rankHistogram?.buckets ?? []).filter(({ sampleCount = 0 }) => Math.trunc(sampleCount) !== 0);
    if (name === 'missing_value' && num !== 0)
      findings.push(
        finding(
          'SPARSE_FEATURE_MISSING_VALUE',
          'Missing value feature',
          `Found ${sixDigits(num)} examples missing value feature`,
        ),
      );
    if (name === 'missing_index')
      for (const { label = '', sampleCount = 0 } of nonZero)
        findings.push(
          finding(
            'SPARSE_FEATURE_MISSING_INDEX',
            'Missing index feature',
            `Found ${Math.trunc(sampleCount)} examples missing index feature: ${label}`,
          ),
        );
    if (name === 'max_length_diff' || name === 'min_length_diff')
      for (const { label = '', sampleCount = 0 } of nonZero)
        findings.push(
          finding(
            'SPARSE_FEATURE_LENGTH_MISMATCH',
            'Length mismatch between value and index feature',
            `Mismatch between index feature: ${label} and value column, with ${name} = ${Math.trunc(sampleCount)}`,
          ),
        );
  }
  if (findings.length > 0) deprecate(sparse);
  return findings;
}

/** Reads the custom statistics of a weighted feature. */
export function checkWeightedFeature(view: FeatureView, weighted: WeightedFeatureProto): Finding[] {
  const findings: Finding[] = [];
  const number = (name: string): number => view.customStatistic(name)?.num ?? 0;
  const missing = (amount: number, what: string, type: string): void => {
    if (amount === 0) return;
    findings.push(
      finding(type, `Missing ${what} feature`, `Found ${sixDigits(amount)} examples missing ${what} feature.`),
    );
  };
  missing(number('missing_value'), 'value', 'WEIGHTED_FEATURE_MISSING_VALUE');
  missing(number('missing_weight'), 'weight', 'WEIGHTED_FEATURE_MISSING_WEIGHT');
  const [least, most] = [Math.trunc(number('min_weight_length_diff')), Math.trunc(number('max_weight_length_diff'))];
  if (least !== 0 || most !== 0) {
    const long =
      `Mismatch between weight and value feature with min_weight_length_diff = ${least} and ` +
      `max_weight_length_diff = ${most}.`;
    findings.push(
      finding('WEIGHTED_FEATURE_LENGTH_MISMATCH', 'Length mismatch between value and weight feature', long),
    );
  }
  if (findings.length > 0) deprecate(weighted);
  return findings;
}
