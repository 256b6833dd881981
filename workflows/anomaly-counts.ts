import type { ExampleAnomalies } from '../artifacts/types.js';

/** Which anomalies count. Without a rule all of a severity do. */
export interface AnomalyFilter {
  /** Only anomalies in these splits. */
  readonly splits?: readonly string[];
  /** Only anomalies of these types, e.g. `SCHEMA_MISSING_COLUMN`. */
  readonly types?: readonly string[];
  /** Anomalies of these types do not count. */
  readonly ignoreTypes?: readonly string[];
}

/** How many features of a split have an anomaly of a severity and type. */
export interface AnomalyCount {
  readonly split: string;
  readonly severity: string;
  readonly type: string;
  readonly features: number;
}

/**
 * What a filter leaves of the anomalies, by split, severity and type. Undefined where the reference does not say,
 * because there were more kinds than a reference has room for.
 */
export function countsOf(anomalies: ExampleAnomalies, filter: AnomalyFilter): AnomalyCount[] | undefined {
  const { found } = anomalies.properties;
  if (found === undefined) return undefined;
  const bySplit = JSON.parse(found) as Record<string, Record<string, Record<string, number>>>;
  const all = Object.entries(bySplit).flatMap(([split, severities]) =>
    Object.entries(severities).flatMap(([severity, types]) =>
      Object.entries(types).map(([type, features]) => ({ split, severity, type, features })),
    ),
  );
  return all.filter(
    ({ split, type }) =>
      (filter.splits?.includes(split) ?? true) &&
      (filter.types?.includes(type) ?? true) &&
      !(filter.ignoreTypes?.includes(type) ?? false),
  );
}

/** Whether a filter names any rule. */
export const isFiltering = ({ splits, types, ignoreTypes }: AnomalyFilter): boolean =>
  splits !== undefined || types !== undefined || ignoreTypes !== undefined;
