import type { SchemaProto } from '../../formats/schema.js';
import type { DatasetStatisticsProto } from '../../formats/statistics.js';
import type { ColumnInference } from '../example-validator/rules/create-column.js';
import { serializePath } from '../example-validator/rules/feature-path.js';
import { deprecate } from '../example-validator/rules/lifecycle.js';
import { DatasetView, isWeighted, type FeatureView } from '../example-validator/rules/statistics-view.js';
import { updateFeature } from '../example-validator/rules/update-feature.js';
import { WorkingSchema } from '../example-validator/rules/working-schema.js';

export interface InferSchemaOptions {
  /** Give features that always have the same number of values a fixed shape. (Default: true.) */
  readonly inferFeatureShape?: boolean;
  /** Text features with more distinct values get no domain. (Default: 100.) */
  readonly maxStringDomainSize?: number;
}

/** Infers a schema from the statistics of all examples, as TFDV's `infer_schema`. */
export function inferSchema(statistics: DatasetStatisticsProto, options: InferSchemaOptions = {}): SchemaProto {
  const inference = {
    inferShape: options.inferFeatureShape ?? true,
    maxDomainSize: options.maxStringDomainSize ?? 100,
  };
  return update({}, statistics, inference);
}

/**
 * Widens a schema until it accepts the statistics, as TFDV's `update_schema`: adds columns and domain values, widens
 * bounds, lowers presence, deprecates what is gone.
 */
export function updateSchema(
  schema: SchemaProto,
  statistics: DatasetStatisticsProto,
  options: Pick<InferSchemaOptions, 'maxStringDomainSize'> = {},
): SchemaProto {
  return update(schema, statistics, { inferShape: false, maxDomainSize: options.maxStringDomainSize ?? 100 });
}

/** Pseudo-features, of which there are custom statistics only, are left alone. */
function update(schema: SchemaProto, statistics: DatasetStatisticsProto, inference: ColumnInference): SchemaProto {
  const working = new WorkingSchema(schema);
  const features = (statistics.features ?? []).filter(
    ({ numStats, stringStats, bytesStats, structStats }) =>
      (numStats ?? stringStats ?? bytesStats ?? structStats) !== undefined,
  );
  const dataset = new DatasetView({ ...statistics, features }, { byWeight: isWeighted(statistics) });
  const walk = (view: FeatureView): void => {
    updateFeature(working, view, inference);
    if (!working.isDeprecated(view.path)) for (const child of view.children()) walk(child);
  };
  for (const view of dataset.roots()) walk(view);
  const present = new Set(dataset.features.map(({ key }) => key));
  for (const path of working.missingPaths(present, undefined, serializePath)) {
    const feature = working.feature(path);
    if (feature) deprecate(feature);
  }
  return working.schema;
}
