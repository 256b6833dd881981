import type { DatasetStatisticsProto } from '../../formats/statistics.js';
import { featureDivergence, lInfinity } from '../example-validator/rules/distances.js';
import { DatasetView, type FeatureView } from '../example-validator/rules/statistics-view.js';

/** How one feature differs between two data sets. */
export interface StatisticsDifference {
  readonly feature: string;
  readonly presence: 'both' | 'only before' | 'only after';
  /** Numbers that differ, before and after: examples, missing, mean, … */
  readonly changed: Readonly<Record<string, readonly [before: number | string, after: number | string]>>;
  /** 0 to 1; undefined where the distributions can not be compared. */
  readonly jensenShannon?: number;
  /** Texts only: 0 to 1. */
  readonly lInfinity?: number;
}

function facts(view: FeatureView): Record<string, number | string> {
  const { numStats, stringStats } = view.data;
  const round = (value: number): number => Number(value.toPrecision(6));
  return {
    type: view.type,
    present: view.numPresent,
    missing: view.numMissing,
    ...(numStats && {
      mean: round(numStats.mean ?? 0),
      'std. dev.': round(numStats.stdDev ?? 0),
      min: round(numStats.min ?? 0),
      median: round(numStats.median ?? 0),
      max: round(numStats.max ?? 0),
      zeros: numStats.numZeros ?? 0,
    }),
    ...(stringStats && { unique: stringStats.unique ?? 0, top: stringStats.topValues?.[0]?.value ?? '' }),
  };
}

/** What differs between two data sets' statistics, feature by feature; features alike are left out. */
export function diffStatistics(before: DatasetStatisticsProto, after: DatasetStatisticsProto): StatisticsDifference[] {
  const [old, recent] = [new DatasetView(before), new DatasetView(after)];
  const keys = new Set([...recent.features, ...old.features].map(({ key }) => key));
  return [...keys].flatMap((feature) => {
    const find = (view: DatasetView): FeatureView | undefined => view.features.find(({ key }) => key === feature);
    const [a, b] = [find(old), find(recent)];
    if (a === undefined || b === undefined)
      return [{ feature, presence: a === undefined ? ('only after' as const) : ('only before' as const), changed: {} }];
    const difference = compare(feature, a, b);
    const alike = Object.keys(difference.changed).length === 0 && !((difference.jensenShannon ?? 0) > 0);
    return alike ? [] : [difference];
  });
}

function compare(feature: string, a: FeatureView, b: FeatureView): StatisticsDifference {
  const [was, is] = [facts(a), facts(b)];
  const changed: Record<string, readonly [number | string, number | string]> = {};
  for (const name of new Set([...Object.keys(was), ...Object.keys(is)])) {
    const pair = [was[name] ?? '–', is[name] ?? '–'] as const;
    if (pair[0] !== pair[1]) changed[name] = pair;
  }
  const divergence = featureDivergence(b, a, 'STANDARD');
  const texts = a.stringCounts.size > 0 && b.stringCounts.size > 0;
  return {
    feature,
    presence: 'both',
    changed,
    ...(divergence !== undefined && { jensenShannon: divergence }),
    ...(texts && { lInfinity: lInfinity(b.stringCounts, a.stringCounts).distance }),
  };
}
