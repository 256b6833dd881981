import type { Static } from '@sinclair/typebox';
import { PipelineError } from '../../errors/pipeline-error.js';
import type { SchemaProto } from '../../formats/schema.js';
import type { AnomaliesProto, AnomalyInfoProto, DatasetStatisticsProto } from '../../formats/statistics.js';
import type { StatisticBound } from './contract.js';
import { populationStability } from './population-stability.js';
import { finding, sixDigits, worse, type Finding } from './rules/description.js';
import { DatasetView, type FeatureView } from './rules/statistics-view.js';
import { validateStatistics, type ValidationOptions } from './validate-statistics.js';

type Bound = Static<typeof StatisticBound>;

export interface BeyondOptions extends ValidationOptions {
  /** Bounds on single numbers of the statistics. */
  readonly bounds?: readonly Bound[] | undefined;
  /** Largest population stability index by feature, against the previous statistics. */
  readonly populationStability?: Readonly<Record<string, number>> | undefined;
}

/**
 * TFDV's validation and what it has no rule for: bounds on any statistic, and the population stability index. Their
 * findings have the type CUSTOM_VALIDATION.
 *
 * @throws STATISTIC_NOT_APPLICABLE, SEVERITY_OVERRIDE_UNKNOWN; SCHEMA_FEATURE_UNKNOWN when a bound names a feature that neither schema nor data have
 */
export function validateBeyond(
  statistics: DatasetStatisticsProto,
  schema: SchemaProto,
  options: BeyondOptions,
): AnomaliesProto {
  const anomalies = validateStatistics(statistics, schema, options);
  if (anomalies.dataMissing === true) return anomalies;
  const views = new Map(new DatasetView(statistics).features.map((view) => [view.key, view] as const));
  for (const bound of options.bounds ?? []) {
    const found = checkBound(knownView(views, schema, bound.feature), bound);
    if (found) addFinding(anomalies, bound.feature, found, bound.severity ?? 'ERROR');
  }
  const previous = options.previousStatistics && new DatasetView(options.previousStatistics);
  for (const [feature, threshold] of Object.entries(options.populationStability ?? {})) {
    const other = previous?.byPath([feature]);
    const view = knownView(views, schema, feature);
    if (view && (view.data.numStats ?? view.data.stringStats) === undefined)
      throw notApplicable(view, feature, 'population stability index');
    const index = populationStability(view, other);
    if (index === undefined || index <= threshold) continue;
    const long = `The population stability index between current and previous is ${sixDigits(index)}, above the threshold ${sixDigits(threshold)}.`;
    addFinding(anomalies, feature, finding('CUSTOM_VALIDATION', 'High population stability index', long), 'ERROR');
  }
  return anomalies;
}

function knownView(
  views: ReadonlyMap<string, FeatureView>,
  schema: SchemaProto,
  feature: string,
): FeatureView | undefined {
  const view = views.get(feature);
  if (view !== undefined || schema.feature?.some(({ name }) => name === feature)) return view;
  throw new PipelineError('SCHEMA_FEATURE_UNKNOWN', {
    what: `A rule names the feature ${JSON.stringify(feature)}, which neither the schema nor the data have.`,
    details: { feature },
  });
}

/** A number of a feature's statistics; undefined where the feature has none such. */
export function statisticOf(view: FeatureView, statistic: Bound['statistic']): number | undefined {
  const { numStats, stringStats } = view.data;
  const values = view.totalValues;
  switch (statistic) {
    case 'fractionMissing':
      return 1 - (view.fractionPresent ?? 1);
    case 'fractionZeros':
      return numStats && values > 0 ? (numStats.numZeros ?? 0) / values : undefined;
    case 'unique':
      return view.numUnique;
    case 'avgLength':
      return stringStats && (stringStats.avgLength ?? 0);
    case 'topShare':
      return stringStats && values > 0 ? (stringStats.topValues?.[0]?.frequency ?? 0) / values : undefined;
    default:
      return numStats && (numStats[statistic] ?? 0);
  }
}

/** Which statistics there can be of a feature, whatever its values. */
function isApplicable({ data }: FeatureView, statistic: Bound['statistic']): boolean {
  if (statistic === 'fractionMissing') return true;
  const isOfText = statistic === 'unique' || statistic === 'avgLength' || statistic === 'topShare';
  return (isOfText ? data.stringStats : data.numStats) !== undefined;
}

function checkBound(view: FeatureView | undefined, { feature, statistic, min, max }: Bound): Finding | undefined {
  if (view === undefined || (view.numPresent === 0 && statistic !== 'fractionMissing')) return undefined;
  if (!isApplicable(view, statistic)) throw notApplicable(view, feature, statistic);
  const value = statisticOf(view, statistic);
  if (value === undefined) return undefined;
  const low = min !== undefined && !(value >= min);
  const high = max !== undefined && !(value <= max);
  if (!low && !high) return undefined;
  const bound = low ? `below the minimum ${sixDigits(min)}` : `above the maximum ${sixDigits(max ?? 0)}`;
  const long = `The statistic ${statistic} is ${sixDigits(value)}, ${bound}.`;
  return finding('CUSTOM_VALIDATION', `Statistic ${statistic} out of bounds`, long);
}

function notApplicable({ type }: FeatureView, feature: string, statistic: string): PipelineError {
  return new PipelineError('STATISTIC_NOT_APPLICABLE', {
    what: `Feature ${JSON.stringify(feature)} is ${type}, which has no ${statistic}.`,
    details: { feature, statistic },
  });
}

function addFinding(anomalies: AnomaliesProto, key: string, added: Finding, severity: 'ERROR' | 'WARNING'): void {
  const known: AnomalyInfoProto | undefined = anomalies.anomalyInfo?.[key];
  const reason = { type: added.type, shortDescription: added.short, description: added.long };
  anomalies.anomalyInfo = {
    ...anomalies.anomalyInfo,
    [key]: {
      path: { step: [key] },
      severity: worse(known?.severity ?? 'UNKNOWN', severity),
      shortDescription: known ? 'Multiple errors' : added.short,
      description: known ? `${known.description ?? ''} ${added.long}` : added.long,
      reason: [...(known?.reason ?? []), reason],
    },
  };
}
