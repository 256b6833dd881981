import { sqlName } from '../../formats/duckdb.js';
import { sqlType, type ExamplesColumn } from '../../formats/examples.js';
import type { PairedFeature } from './paired-features.js';

/* Features as SQL over their own columns. Names enter it quoted, as identifiers; all else is made of numbers. */

export type Side = 'base' | 'test';

/** How a feature of a pair compares; null where neither example has the feature at all. */
export const STATES = {
  match: 0,
  mismatch: 1,
  baseOnly: 2,
  testOnly: 3,
  /** Both have the feature, without values: a match, too. */
  bothEmpty: 4,
  /** One has the feature without values, the other has it not: in no count, but the pair differs. */
  oneEmpty: 5,
  absent: 6,
} as const;

const isList = (column: ExamplesColumn | undefined): boolean => column?.repeated === true;
const anyList = ({ base, test }: PairedFeature): boolean => isList(base) || isList(test);
const anyBinary = ({ base, test }: PairedFeature): boolean => [base, test].some((column) => column?.binary === true);

/** The column as it is, of its own type. */
export const rawSql = (column: ExamplesColumn): string => {
  const levels = column.depth ?? 1;
  const nested = `${sqlName(column.name)}::${sqlType(column)}`;
  return levels > 1 ? `${'flatten('.repeat(levels - 1)}${nested}${')'.repeat(levels - 1)}` : nested;
};

/**
 * A side's values in a form in which both sides compare: lists where either has lists, bytes where either has bytes,
 * floats rounded. Null where the side lacks the feature.
 */
export function valueSql(feature: PairedFeature, side: Side, digits: number | undefined): string {
  const column = feature[side];
  if (column === undefined) return 'NULL';
  const raw = rawSql(column);
  const each = itemSql(column, anyBinary(feature), digits);
  if (isList(column)) return `list_transform(list_filter(${raw}, lambda x: x IS NOT NULL), lambda x: ${each('x')})`;
  return anyList(feature) ? `CASE WHEN ${raw} IS NOT NULL THEN [${each(raw)}] END` : each(raw);
}

function itemSql(column: ExamplesColumn, asBytes: boolean, digits: number | undefined): (value: string) => string {
  if (column.kind === 'STRING' && asBytes && !column.binary) return (value) => `encode(${value})`;
  // Half to even, and exact, because a float32 times a power of ten up to 12 is exact as a double.
  if (column.kind === 'FLOAT' && digits !== undefined)
    return (value) => `(round_even(${value}::DOUBLE * 1e${digits}, 0) / 1e${digits})::FLOAT`;
  return (value) => value;
}

/** An identifier's value as a key of joins, null where there is none. */
export function keySql(feature: PairedFeature, side: Side, digits: number | undefined): string {
  const value = valueSql(feature, side, digits);
  return anyList(feature) ? `CASE WHEN len(${value}) > 0 THEN ${value} END` : value;
}

/** The state of a compared feature whose values are the columns `name` of `b` and `t`. */
export function stateSql(feature: PairedFeature, name: string): string {
  const [b, t] = [`b.${name}`, `t.${name}`];
  const has = (side: Side, value: string): string => {
    if (feature[side] === undefined) return 'false';
    return anyList(feature) ? `coalesce(len(${value}), 0) > 0` : `${value} IS NOT NULL`;
  };
  const [inBase, inTest] = [has('base', b), has('test', t)];
  return `CASE WHEN ${inBase} AND ${inTest} THEN CASE WHEN ${equalSql(feature, b, t)} THEN ${STATES.match} ELSE ${STATES.mismatch} END
    WHEN ${inBase} THEN ${STATES.baseOnly} WHEN ${inTest} THEN ${STATES.testOnly}
    WHEN ${b} IS NOT NULL AND ${t} IS NOT NULL THEN ${STATES.bothEmpty}
    WHEN ${b} IS NOT NULL OR ${t} IS NOT NULL THEN ${STATES.oneEmpty} ELSE ${STATES.absent} END`;
}

/** Not a number equals itself; zero equals negative zero, whose sign columns do not keep. */
function equalSql({ base, test }: PairedFeature, b: string, t: string): string {
  return base === undefined || test === undefined || base.kind !== test.kind ? 'false' : `${b} = ${t}`;
}

/** The only value of a text feature as bytes, null where there is none. */
export function confusionSql(column: ExamplesColumn | undefined): string {
  if (column === undefined) return 'NULL::BLOB';
  const raw = rawSql(column);
  const value = isList(column) ? `(${raw})[1]` : raw;
  return column.binary ? value : `encode(${value})`;
}

/** How many values a text feature has, at most one of which can be counted in pairs. */
export const countSql = (column: ExamplesColumn | undefined): string =>
  isList(column) && column !== undefined ? `coalesce(len(${rawSql(column)}), 0)` : '0';
