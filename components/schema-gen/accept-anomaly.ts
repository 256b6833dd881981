import { PipelineError } from '../../errors/pipeline-error.js';
import type { SchemaProto } from '../../formats/schema.js';
import type { DatasetStatisticsProto } from '../../formats/statistics.js';
import { suggestedSchema, type ValidationOptions } from '../example-validator/validate-statistics.js';

/**
 * The schema that accepts what an anomaly complains about: a new value joins the domain, a bound widens, a new column
 * is added, a missing one deprecated.
 *
 * @param key the anomaly's feature path, as in `anomalyInfo`
 * @throws SCHEMA_FEATURE_UNKNOWN when the feature has no anomaly
 */
export function acceptAnomaly(
  schema: SchemaProto,
  statistics: DatasetStatisticsProto,
  key: string,
  options: ValidationOptions = {},
): SchemaProto {
  const suggested = suggestedSchema(statistics, schema, key, options);
  if (suggested !== undefined) return structuredClone(suggested);
  throw new PipelineError('SCHEMA_FEATURE_UNKNOWN', {
    what: `There is no anomaly of ${JSON.stringify(key)} to accept.`,
    details: { feature: key },
  });
}
