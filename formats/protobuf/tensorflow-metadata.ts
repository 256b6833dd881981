import protobuf from 'protobufjs';
import { anomaliesProto } from './tensorflow-metadata-anomalies.js';
import { pathProto } from './tensorflow-metadata-path.js';
import { schemaProto } from './tensorflow-metadata-schema.js';
import { statisticsProto } from './tensorflow-metadata-statistics.js';

const anyProto = `
syntax = "proto3";
package google.protobuf;
message Any { string type_url = 1; bytes value = 2; }
`;

const root = new protobuf.Root();
for (const source of [anyProto, pathProto, schemaProto, statisticsProto, anomaliesProto]) protobuf.parse(source, root);
root.resolveAll();

const message = (name: string): protobuf.Type => root.lookupType(`tensorflow.metadata.v0.${name}`);

/** `tensorflow.metadata.v0.Schema`. */
export const SchemaMessage = message('Schema');
/** `tensorflow.metadata.v0.Feature`, one feature of a schema. */
export const FeatureMessage = message('Feature');
/** `tensorflow.metadata.v0.DatasetFeatureStatisticsList`: what `FeatureStats.pb` holds. */
export const StatisticsMessage = message('DatasetFeatureStatisticsList');
/** `tensorflow.metadata.v0.FeatureNameStatistics`: the statistics of one feature. */
export const FeatureStatisticsMessage = message('FeatureNameStatistics');
/** `tensorflow.metadata.v0.Anomalies`: what `SchemaDiff.pb` holds. */
export const AnomaliesMessage = message('Anomalies');

/** The names of `AnomalyInfo.Type`. */
export const ANOMALY_TYPES: ReadonlySet<string> = new Set(
  Object.keys(root.lookupEnum('tensorflow.metadata.v0.AnomalyInfo.Type').values),
);

/** `tensorflow.metadata.v0.NaturalLanguageStatistics`, which a custom statistic can hold. */
export const NaturalLanguageStatisticsMessage = message('NaturalLanguageStatistics');
