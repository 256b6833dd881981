import { PipelineError } from '../../errors/pipeline-error.js';
import { sqlName, sqlString } from '../../formats/duckdb.js';
import { namedType, type NamedType } from './struct-type.js';

/** How a column's values are described: numbers by moments and quantiles, texts by their counts, structs not at all. */
export type ValueKind = 'INT' | 'FLOAT' | 'STRING' | 'STRUCT';

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
  /** Fields of structs: the names from the column to the field; `depth` counts the lists on the way. */
  readonly path?: readonly string[];
  /** Fields of structs: how many of the lists are the structs'. */
  readonly outerLevels?: number;
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
 * The features of a column whose type DuckDB names so: itself, e.g. `BIGINT[]`; of structs also every field, each as the
 * list of what the structs hold. Dates and times count as text.
 *
 * @throws STATISTICS_TYPE_UNSUPPORTED
 */
export function sourceColumns(name: string, sqlType: string): SourceColumn[] {
  const type = namedType(sqlType);
  const column = { name, sql: sqlName(name) };
  if (type.fields !== undefined) return structColumns({ ...column, path: [name], outerLevels: 0 }, type);
  return [{ ...column, kind: kindOf(name, type), depth: type.depth, binary: type.scalar === 'BLOB' }];
}

interface Place {
  readonly name: string;
  readonly sql: string;
  readonly path: readonly string[];
  readonly outerLevels: number;
}

function kindOf(name: string, { scalar, depth }: NamedType): ValueKind {
  const base = scalar.replace(/\(.*$/, '');
  const kind = base === 'DECIMAL' ? 'FLOAT' : (KINDS[base] ?? (base.startsWith('TIMESTAMP') ? 'STRING' : undefined));
  if (kind !== undefined) return kind;
  throw new PipelineError('STATISTICS_TYPE_UNSUPPORTED', {
    what: `Column ${JSON.stringify(name)} has the type ${scalar}${'[]'.repeat(depth)}.`,
    details: { column: name, type: scalar },
  });
}

/** Structs and their fields. A struct in no list is taken for a list of one, and so is a field's single value. */
function structColumns(place: Place, type: NamedType): SourceColumn[] {
  if (type.depth > 1) throw unsupported(place, 'lists of lists of structs');
  const lists = innermost(place.sql, place.outerLevels, (value) => asList(value, type.depth));
  const depth = place.outerLevels + 1;
  const self = { ...place, kind: 'STRUCT', depth, binary: false } as const;
  const fields = (type.fields ?? []).flatMap((field) => {
    const extracted = (value: string): string => `struct_extract(${value}, ${sqlString(field.name)})`;
    const path = [...place.path, field.name];
    const sql = innermost(lists, depth, extracted);
    const inner = { name: path.join('.'), path, outerLevels: depth, sql };
    if (field.type.fields !== undefined) return structColumns(inner, field.type);
    if (field.type.depth > 1) throw unsupported(inner, 'lists of lists in structs');
    const values = innermost(lists, depth, (value) => asList(extracted(value), field.type.depth));
    const kind = kindOf(inner.name, field.type);
    return [{ ...inner, sql: values, kind, depth: depth + 1, binary: field.type.scalar === 'BLOB' }];
  });
  return [{ ...self, sql: innermost(lists, depth, (value) => `(${value} IS NOT NULL)`) }, ...fields];
}

const asList = (value: string, depth: number): string =>
  depth > 0 ? value : `(CASE WHEN ${value} IS NULL THEN NULL ELSE [${value}] END)`;

/** SQL that changes the values of lists that are `levels` deep. */
function innermost(sql: string, levels: number, change: (value: string) => string, variable = 'x'): string {
  if (levels === 0) return change(sql);
  return `list_transform(${sql}, lambda ${variable}: ${innermost(variable, levels - 1, change, `${variable}x`)})`;
}

const unsupported = ({ name }: Place, what: string): PipelineError =>
  new PipelineError('STATISTICS_TYPE_UNSUPPORTED', {
    what: `Column ${JSON.stringify(name)} holds ${what}.`,
    details: { column: name },
  });
