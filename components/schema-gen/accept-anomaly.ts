import { PipelineError } from '../../errors/pipeline-error.js';
import type { SchemaProto } from '../../formats/schema.js';
import type { DatasetStatisticsProto } from '../../formats/statistics.js';
import { suggestedSchema, type ValidationOptions } from '../example-validator/validate-statistics.js';

/**
 * The schema that accepts what an anomaly complains about: a new value joins the domain, a bound widens, a new column
 * is added, a missing one deprecated.
 *
 * @param key the anomaly's feature path, as in `anomalyInfo`
 * @throws ANOMALY_UNKNOWN when the feature has no anomaly
 */
export function acceptAnomaly(
  schema: SchemaProto,
  statistics: DatasetStatisticsProto,
  key: string,
  options: ValidationOptions = {},
): SchemaProto {
  const suggested = suggestedSchema(statistics, schema, key, options);
  if (suggested === undefined) throw unknown(key, []);
  return structuredClone(suggested);
}

/** What was found in one split, and of which statistics. */
export interface SplitAnomalies {
  /** The feature paths that have an anomaly. */
  readonly found: readonly string[];
  readonly statistics: DatasetStatisticsProto;
  readonly options?: ValidationOptions;
}

/**
 * The schema that accepts the anomalies of the chosen features in every split.
 *
 * @param accept feature paths as in `anomalyInfo`, or all that were found
 * @throws ANOMALY_UNKNOWN when a chosen feature has no anomaly in any split
 */
export function acceptAnomalies(
  schema: SchemaProto,
  splits: readonly SplitAnomalies[],
  accept: readonly string[] | 'all',
): SchemaProto {
  const found = [...new Set(splits.flatMap((split) => split.found))];
  const keys = accept === 'all' ? found : accept;
  for (const key of keys) if (!found.includes(key)) throw unknown(key, found);
  let accepted = structuredClone(schema);
  for (const { found: inSplit, statistics, options } of splits)
    for (const key of keys.filter((wanted) => inSplit.includes(wanted)))
      // An earlier split may have widened the rule far enough.
      accepted = structuredClone(suggestedSchema(statistics, accepted, key, options ?? {}) ?? accepted);
  return accepted;
}

function unknown(key: string, found: readonly string[]): PipelineError {
  const others = found.length === 0 ? '' : `; there are anomalies of ${found.slice(0, 10).join(', ').slice(0, 300)}`;
  return new PipelineError('ANOMALY_UNKNOWN', {
    what: `There is no anomaly of ${JSON.stringify(key)} to accept${others}.`,
    details: { feature: key },
  });
}
