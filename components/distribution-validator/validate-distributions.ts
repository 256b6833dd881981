import { PipelineError } from '../../errors/pipeline-error.js';
import type { FeatureComparatorProto, FeatureProto, SchemaProto } from '../../formats/schema.js';
import type { AnomaliesProto, AnomalyInfoProto, DatasetStatisticsProto } from '../../formats/statistics.js';
import { withCustomAnomalies } from '../example-validator/custom-validation.js';
import { checkComparatorOn } from '../example-validator/rules/comparator-fit.js';
import type { FeaturePath } from '../example-validator/rules/feature-path.js';
import { DatasetView } from '../example-validator/rules/statistics-view.js';
import { WorkingSchema } from '../example-validator/rules/working-schema.js';
import { validateStatistics } from '../example-validator/validate-statistics.js';
import { inferSchema } from '../schema-gen/infer-schema.js';
import type { DistributionValidatorConfig } from './contract.js';

interface Rule {
  readonly path: FeaturePath;
  readonly comparator: FeatureComparatorProto;
}

/**
 * What differs between two distributions by more than the configuration allows, as TFX's DistributionValidator finds
 * it: a schema is inferred from the baseline, the configured comparators are put into it as drift comparators, and of
 * all anomalies only those of the comparison are kept. A feature that could not be compared is an anomaly, too.
 *
 * @param custom - anomalies of custom validations, by path
 * @throws COMPARATOR_NOT_APPLICABLE, DISTRIBUTION_CONFIG_INVALID
 */
export function validateDistributions(
  statistics: DatasetStatisticsProto,
  baseline: DatasetStatisticsProto,
  config: DistributionValidatorConfig,
  custom: Readonly<Record<string, AnomalyInfoProto>> = {},
): AnomaliesProto {
  const rules = rulesOf(config);
  checkRules(rules, new DatasetView(baseline));
  const schema = schemaOf(rules, config, baseline);
  const all = validateStatistics(statistics, schema, { previousStatistics: baseline });
  return withUncompared(ofComparison(withCustomAnomalies(all, custom)), rules);
}

function rulesOf({ defaultSliceConfig }: DistributionValidatorConfig): Rule[] {
  return (defaultSliceConfig.feature ?? []).map(({ path, distributionComparator }) => {
    const steps = typeof path === 'string' ? [path] : path.step;
    if (Object.keys(distributionComparator).length > 0) return { path: steps, comparator: distributionComparator };
    throw new PipelineError('DISTRIBUTION_CONFIG_INVALID', {
      what: `The comparator of feature ${JSON.stringify(steps.join('.'))} names no measure.`,
      fix: 'Name infinityNorm, jensenShannonDivergence or normalizedAbsDifference with a threshold.',
    });
  });
}

function checkRules(rules: readonly Rule[], dataset: DatasetView): void {
  for (const { path, comparator } of rules) {
    const view = dataset.byPath(path);
    if (view !== undefined) checkComparatorOn(view, comparator);
  }
}

function schemaOf(
  rules: readonly Rule[],
  { defaultSliceConfig: { numExamplesComparator } }: DistributionValidatorConfig,
  baseline: DatasetStatisticsProto,
): SchemaProto {
  const working = new WorkingSchema(inferSchema(baseline));
  for (const { path, comparator } of rules) {
    const feature: FeatureProto | undefined = working.feature(path);
    if (feature !== undefined) feature.driftComparator = structuredClone(comparator);
  }
  const constraints = numExamplesComparator && { numExamplesDriftComparator: { ...numExamplesComparator } };
  return { ...working.schema, ...(constraints && { datasetConstraints: constraints }) };
}

/** TFX keeps these but the normalized absolute difference, which it loses. */
const COMPARISONS: ReadonlySet<string> = new Set([
  'COMPARATOR_CONTROL_DATA_MISSING',
  'COMPARATOR_TREATMENT_DATA_MISSING',
  'COMPARATOR_L_INFTY_HIGH',
  'COMPARATOR_JENSEN_SHANNON_DIVERGENCE_HIGH',
  'COMPARATOR_NORMALIZED_ABSOLUTE_DIFFERENCE_HIGH',
  'COMPARATOR_LOW_NUM_EXAMPLES',
  'COMPARATOR_HIGH_NUM_EXAMPLES',
  'CUSTOM_VALIDATION',
]);

/** Descriptions of a whole anomaly speak of dropped reasons, too, so only those of the reasons stay. */
function ofComparison({
  baseline,
  anomalyInfo = {},
  datasetAnomalyInfo,
  driftSkewInfo,
}: AnomaliesProto): AnomaliesProto {
  const kept = Object.entries(anomalyInfo).flatMap(([key, info]) => {
    const comparison = comparisonOf(info);
    return comparison === undefined ? [] : [[key, comparison] as const];
  });
  const dataset = datasetAnomalyInfo && comparisonOf(datasetAnomalyInfo);
  return {
    ...(baseline && { baseline }),
    anomalyInfo: Object.fromEntries(kept),
    ...(dataset && { datasetAnomalyInfo: dataset }),
    ...(driftSkewInfo && { driftSkewInfo }),
  };
}

function comparisonOf({ path, severity, reason = [] }: AnomalyInfoProto): AnomalyInfoProto | undefined {
  const reasons = reason.filter(({ type = '' }) => COMPARISONS.has(type));
  if (reasons.length === 0) return undefined;
  return { ...(path && { path }), ...(severity && { severity }), reason: reasons };
}

const NOT_COMPARED = {
  type: 'STATS_NOT_AVAILABLE',
  shortDescription: 'Comparison could not be done.',
  description:
    'Validation could not be done, which could be due to missing data, use of a comparator that is not suitable for ' +
    'the feature type, or some other reason.',
};

function withUncompared(anomalies: AnomaliesProto, rules: readonly Rule[]): AnomaliesProto {
  const nameOf = (path: FeaturePath): string => path.join('.');
  const compared = new Set((anomalies.driftSkewInfo ?? []).map(({ path }) => nameOf(path?.step ?? [])));
  const infos = { ...anomalies.anomalyInfo };
  for (const { path } of rules) {
    const name = nameOf(path);
    if (compared.has(name)) continue;
    const reason = [...(infos[name]?.reason ?? []), NOT_COMPARED];
    infos[name] = { path: { step: [...path] }, severity: 'ERROR', reason };
  }
  return { ...anomalies, anomalyNameFormat: 'SERIALIZED_PATH', anomalyInfo: infos };
}
