import type { DuckDBConnection } from '@duckdb/node-api';
import { PipelineError } from '../../errors/pipeline-error.js';
import { sqlString } from '../../formats/duckdb.js';
import type { Relation } from './collect-state.js';

export interface Slice {
  /** `<feature>_<value>`, as TFDV names it. */
  readonly name: string;
  /** The slice's rows. */
  readonly sql: string;
}

/** A slice for each value of each feature, by name. A row with several values belongs to several slices. */
export async function slicesOf(
  connection: DuckDBConnection,
  relation: Relation,
  features: readonly string[],
): Promise<Slice[]> {
  const slices: Slice[] = [];
  for (const feature of features) {
    const column = relation.columns.find(({ name }) => name === feature);
    if (column === undefined || column.depth > 1)
      throw new PipelineError('STATISTICS_FEATURE_UNKNOWN', {
        what: `There is no feature ${JSON.stringify(feature)} to slice by.`,
      });
    const value = column.depth === 0 ? column.sql : `unnest(${column.sql})`;
    const sql = `SELECT DISTINCT v::VARCHAR FROM (SELECT ${value} AS v FROM ${relation.sql}) WHERE v IS NOT NULL ORDER BY 1`;
    const found = (await connection.runAndReadAll(sql)).getRows().map(([text]) => String(text));
    for (const text of found) {
      const literal = sqlString(text);
      const chosen =
        column.depth === 0
          ? `${column.sql}::VARCHAR = ${literal}`
          : `list_contains(${column.sql}::VARCHAR[], ${literal})`;
      slices.push({ name: `${feature}_${text}`, sql: `(SELECT * FROM ${relation.sql} WHERE ${chosen})` });
    }
  }
  return slices;
}
