import type { DuckDBConnection } from '@duckdb/node-api';
import type { SchemaProto, SparseFeatureProto, WeightedFeatureProto } from '../../formats/schema.js';
import type { CustomStatisticProto, FeatureStatisticsProto } from '../../formats/statistics.js';
import type { Relation } from './collect-state.js';
import { numbersOf } from './query.js';

/** Statistics of a schema's sparse and weighted features: what is missing, and by how much lengths differ. */
export async function compositeFeatureStatistics(
  connection: DuckDBConnection,
  relation: Relation,
  schema: SchemaProto,
): Promise<FeatureStatisticsProto[]> {
  const found: FeatureStatisticsProto[] = [];
  for (const sparse of schema.sparseFeature ?? []) found.push(await sparseStatistics(connection, relation, sparse));
  for (const weighted of schema.weightedFeature ?? [])
    found.push(await weightedStatistics(connection, relation, weighted));
  return found;
}

/** SQL for a column's presence and its number of values; an absent column is always missing. */
function lengthSql(relation: Relation, name: string | undefined): { missing: string; length: string } {
  const column = relation.columns.find((candidate) => candidate.name === name);
  if (column === undefined) return { missing: 'true', length: '0' };
  const missing = `${column.sql} IS NULL`;
  const length = column.depth === 0 ? `(CASE WHEN ${missing} THEN 0 ELSE 1 END)` : `coalesce(len(${column.sql}), 0)`;
  return { missing, length };
}

async function sparseStatistics(
  connection: DuckDBConnection,
  relation: Relation,
  sparse: SparseFeatureProto,
): Promise<FeatureStatisticsProto> {
  const value = lengthSql(relation, sparse.valueFeature?.name);
  const indices = (sparse.indexFeature ?? []).map(({ name = '' }) => ({ name, ...lengthSql(relation, name) }));
  const any = [value, ...indices].map(({ missing }) => `NOT (${missing})`).join(' OR ');
  const selected = indices.flatMap(({ missing, length }) => {
    const difference = `(${length} - ${value.length})`;
    return [`count(*) FILTER (${missing})`, `max(${difference})`, `min(${difference})`];
  });
  const counts = [`count(*) FILTER (${value.missing})`, ...selected].join(', ');
  const [missingValue = 0, ...rest] = await numbersOf(connection, `SELECT ${counts} FROM ${relation.sql} WHERE ${any}`);
  const ranked = (name: string, offset: number): CustomStatisticProto => ({
    name,
    rankHistogram: {
      buckets: indices.map((index, position) => ({ label: index.name, sampleCount: rest[position * 3 + offset] ?? 0 })),
    },
  });
  return {
    path: { step: [sparse.name ?? ''] },
    customStats: [
      { name: 'missing_value', num: missingValue },
      ranked('missing_index', 0),
      ranked('max_length_diff', 1),
      ranked('min_length_diff', 2),
    ],
  };
}

async function weightedStatistics(
  connection: DuckDBConnection,
  relation: Relation,
  weighted: WeightedFeatureProto,
): Promise<FeatureStatisticsProto> {
  const value = lengthSql(relation, weighted.feature?.step?.at(-1));
  const weight = lengthSql(relation, weighted.weightFeature?.step?.at(-1));
  const difference = `(${weight.length} - ${value.length})`;
  const sql = `SELECT count(*) FILTER (${value.missing}), count(*) FILTER (${weight.missing}), min(${difference}), max(${difference})
    FROM ${relation.sql} WHERE NOT (${value.missing}) OR NOT (${weight.missing})`;
  const [missingValue = 0, missingWeight = 0, least = 0, most = 0] = await numbersOf(connection, sql);
  return {
    path: { step: [weighted.name ?? ''] },
    customStats: [
      { name: 'missing_weight', num: missingWeight },
      { name: 'missing_value', num: missingValue },
      { name: 'min_weight_length_diff', num: least },
      { name: 'max_weight_length_diff', num: most },
    ],
  };
}
