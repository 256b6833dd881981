import { splitListType } from '../../formats/examples.js';
import { PipelineError } from '../../errors/pipeline-error.js';
import { sqlName } from '../../formats/duckdb.js';

/** How a column's values are described: numbers by moments and quantiles, texts by their counts. */
export type ValueKind = 'INT' | 'FLOAT' | 'STRING';

/** One column of the data as statistics read it. */
export interface SourceColumn {
  readonly name: string;
  readonly kind: ValueKind;
  /** 0: one value per example; 1: a list; 2 and more: lists in lists. */
  readonly depth: number;
  /** Values are bytes that may not be UTF-8. */
  readonly binary: boolean;
  /** The column in SQL. */
  readonly sql: string;
}

const KINDS: Readonly<Record<string, ValueKind>> = {
  BOOLEAN: 'INT',
  TINYINT: 'INT',
  SMALLINT: 'INT',
  INTEGER: 'INT',
  BIGINT: 'INT',
  UTINYINT: 'INT',
  USMALLINT: 'INT',
  UINTEGER: 'INT',
  UBIGINT: 'INT',
  HUGEINT: 'FLOAT',
  FLOAT: 'FLOAT',
  DOUBLE: 'FLOAT',
  VARCHAR: 'STRING',
  BLOB: 'STRING',
  DATE: 'STRING',
  TIME: 'STRING',
  TIMESTAMP: 'STRING',
  TIMESTAMP_NS: 'STRING',
  UUID: 'STRING',
};

/**
 * Reads a column's type as DuckDB names it, e.g. `BIGINT[]`. Dates and times count as text.
 *
 * @throws STATISTICS_TYPE_UNSUPPORTED
 */
export function sourceColumn(name: string, sqlType: string): SourceColumn {
  const { scalar, depth } = splitListType(sqlType);
  const base = scalar.replace(/\(.*$/, '');
  const kind = base === 'DECIMAL' ? 'FLOAT' : (KINDS[base] ?? (base.startsWith('TIMESTAMP') ? 'STRING' : undefined));
  if (kind === undefined)
    throw new PipelineError('STATISTICS_TYPE_UNSUPPORTED', {
      what: `Column ${JSON.stringify(name)} has the type ${sqlType}.`,
      details: { column: name, type: sqlType },
    });
  return { name, kind, depth, binary: scalar === 'BLOB', sql: sqlName(name) };
}
