import type { DuckDBConnection } from '@duckdb/node-api';
import type { CrossFeatureStatisticsProto } from '../../formats/statistics.js';
import type { Relation } from './collect-state.js';
import { numbersOf } from './query.js';
import type { SourceColumn } from './source-column.js';

/** One number of an example, or NULL when it has none, several, or NaN. */
function singleNumber({ sql, depth, kind }: SourceColumn): string {
  const value = depth === 0 ? sql : `(CASE WHEN len(${sql}) = 1 THEN ${sql}[1] END)`;
  return kind === 'FLOAT'
    ? `(CASE WHEN isnan(${value}::DOUBLE) THEN NULL ELSE ${value}::DOUBLE END)`
    : `${value}::DOUBLE`;
}

/**
 * Covariance (of the population) and correlation of every pair of numeric features, over the examples that have one
 * number of both. Exact, where TFDV takes a random tenth of the batches.
 */
export async function crossFeatureStatistics(
  connection: DuckDBConnection,
  relation: Relation,
): Promise<CrossFeatureStatisticsProto[]> {
  const numeric = relation.columns
    .filter(({ kind, depth }) => kind !== 'STRING' && depth <= 1)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const found: CrossFeatureStatisticsProto[] = [];
  for (const [index, first] of numeric.entries()) {
    const others = numeric.slice(index + 1);
    if (others.length === 0) continue;
    const x = singleNumber(first);
    const selected = others.flatMap((other) => {
      const y = singleNumber(other);
      return [
        `regr_count(${y}, ${x})`,
        `covar_pop(${y}, ${x})`,
        `stddev_pop(${x}) FILTER (${y} IS NOT NULL)`,
        `stddev_pop(${y}) FILTER (${x} IS NOT NULL)`,
      ];
    });
    const numbers = await numbersOf(connection, `SELECT ${selected.join(', ')} FROM ${relation.sql}`);
    for (const [position, other] of others.entries()) {
      const [count = 0, covariance = 0, deviationX = 0, deviationY = 0] = numbers.slice(position * 4, position * 4 + 4);
      const correlated = deviationX !== 0 && deviationY !== 0;
      found.push({
        pathX: { step: [first.name] },
        pathY: { step: [other.name] },
        count,
        ...(count > 0 && {
          numCrossStats: { covariance, ...(correlated && { correlation: covariance / (deviationX * deviationY) }) },
        }),
      });
    }
  }
  return found;
}
