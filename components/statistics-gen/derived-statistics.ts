import type { SchemaProto } from '../../formats/schema.js';
import type { StatisticsProto } from '../../formats/statistics.js';
import { compositeFeatureStatistics } from './composite-features.js';
import { withSource, type StatisticsResources, type StatisticsSource } from './compute-statistics.js';

export interface DerivedOptions {
  readonly schema?: SchemaProto | undefined;
}

/** Adds what a schema or label asks for beyond single features: sparse and weighted features. */
export async function addDerivedStatistics(
  statistics: StatisticsProto,
  source: StatisticsSource,
  options: DerivedOptions,
  resources: StatisticsResources,
): Promise<StatisticsProto> {
  const { sparseFeature = [], weightedFeature = [] } = options.schema ?? {};
  if (sparseFeature.length + weightedFeature.length === 0) return statistics;
  const added = await withSource(source, {}, resources, (connection, relation) =>
    compositeFeatureStatistics(connection, relation, options.schema ?? {}),
  );
  const [all, ...slices] = statistics.datasets ?? [];
  return { datasets: [{ ...all, features: [...(all?.features ?? []), ...added] }, ...slices] };
}
