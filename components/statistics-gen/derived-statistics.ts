import type { DuckDBConnection } from '@duckdb/node-api';
import { PipelineError } from '../../errors/pipeline-error.js';
import type { SchemaProto } from '../../formats/schema.js';
import type { CustomStatisticProto, DatasetStatisticsProto } from '../../formats/statistics.js';
import type { Relation } from './collect-state.js';
import { compositeFeatureStatistics } from './composite-features.js';
import { crossFeatureStatistics } from './cross-features.js';
import { liftStatistics, type LiftOptions } from './lift.js';
import { mutualInformation, type Information } from './mutual-information.js';
import { schemaHints } from './schema-hints.js';
import type { SourceColumn } from './source-column.js';

export interface DerivedOptions extends LiftOptions {
  readonly schema?: SchemaProto | undefined;
  /** Adds lift of every categorical feature with this label. */
  readonly labelFeature?: string | undefined;
  /** Adds mutual information of every feature with the label. */
  readonly mutualInformation?: boolean | undefined;
  /** Adds covariance and correlation of every pair of numeric features. */
  readonly crossFeatures?: boolean | undefined;
}

/** Adds what is asked for beyond single features: sparse and weighted features, lift, mutual information, crosses. */
export async function addDerivedStatistics(
  connection: DuckDBConnection,
  { sql, columns }: Relation,
  statistics: DatasetStatisticsProto,
  options: DerivedOptions,
): Promise<DatasetStatisticsProto> {
  if ((statistics.numExamples ?? 0) === 0) return statistics;
  // As in TFDV, fields of structs have no part in it.
  const relation = { sql, columns: columns.filter(({ path }) => path === undefined) };
  const composite = await compositeFeatureStatistics(connection, relation, options.schema ?? {});
  const lift = await liftOf(connection, relation, options);
  const information = await informationOf(connection, relation, options);
  const crosses = options.crossFeatures === true ? await crossFeatureStatistics(connection, relation) : [];
  const crossFeatures = [...[...lift.values()].map(({ crossFeature }) => crossFeature), ...crosses];
  const features = [...(statistics.features ?? []), ...composite].map((feature) => {
    const name = feature.path?.step?.[0] ?? '';
    const told = information.get(name);
    const added: CustomStatisticProto[] = [
      ...(lift.get(name)?.customStats ?? []),
      ...(told === undefined
        ? []
        : [
            { name: 'mutual_information', num: told.bits },
            { name: 'adjusted_mutual_information', num: told.adjusted },
          ]),
    ];
    return added.length === 0 ? feature : { ...feature, customStats: [...(feature.customStats ?? []), ...added] };
  });
  return { ...statistics, features, ...(crossFeatures.length > 0 && { crossFeatures }) };
}

async function liftOf(connection: DuckDBConnection, relation: Relation, options: DerivedOptions) {
  if (options.labelFeature === undefined) return new Map<string, never>();
  const { categorical } = schemaHints(options.schema);
  const features = relation.columns.filter(({ name, kind }) => kind === 'STRING' || categorical.has(name));
  return liftStatistics(connection, relation, features, options.labelFeature, options);
}

async function informationOf(
  connection: DuckDBConnection,
  relation: Relation,
  options: DerivedOptions,
): Promise<Map<string, Information>> {
  if (options.mutualInformation !== true) return new Map();
  const label = relation.columns.find(({ name }: SourceColumn) => name === options.labelFeature);
  if (label === undefined)
    throw new PipelineError('STATISTICS_FEATURE_UNKNOWN', {
      what: `Mutual information needs a label, and there is no feature ${JSON.stringify(options.labelFeature)}.`,
    });
  return mutualInformation(connection, relation, relation.columns, label);
}
