import pg from 'pg';
import type { QueryColumn } from '../components/example-gen/query-sources.js';

/** Object ids of Postgres's built-in types (pg_type.dat), and of arrays of them. */
const INTS = new Set([16, 20, 21, 23, 26]);
const FLOATS = new Set([700, 701, 1700]);
const BYTEA = 17;
const INT_ARRAYS = new Set([1000, 1005, 1007, 1016, 1028]);
const FLOAT_ARRAYS = new Set([1021, 1022, 1231]);
const TEXT_ARRAYS = new Set([1002, 1009, 1014, 1015, 1115, 1182, 1185, 2951]);
const TEXT_ARRAY: number = 1009;

/**
 * How a column of a Postgres type is read: booleans and integers as INT, floats and numerics as FLOAT (float32), bytea
 * as bytes, arrays of these as repeated values, and everything else as Postgres's own text.
 */
export function columnOf(name: string, typeId: number): QueryColumn {
  if (INTS.has(typeId) || INT_ARRAYS.has(typeId)) return { name, kind: 'INT', repeated: INT_ARRAYS.has(typeId) };
  if (FLOATS.has(typeId) || FLOAT_ARRAYS.has(typeId))
    return { name, kind: 'FLOAT', repeated: FLOAT_ARRAYS.has(typeId) };
  return { name, kind: 'STRING', repeated: TEXT_ARRAYS.has(typeId), binary: typeId === BYTEA };
}

type Scalar = bigint | number | string | Uint8Array;

/** A value from Postgres's text. */
export function readScalar(column: QueryColumn | undefined, text: string): Scalar | Scalar[] {
  if (column === undefined) return text;
  if (!column.repeated) return scalarOf(column, text);
  // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- the enum of type ids lacks arrays
  const parse = pg.types.getTypeParser(TEXT_ARRAY, 'text') as (text: string) => unknown[];
  return parse(text).map((item) => {
    if (typeof item === 'string') return scalarOf(column, item);
    const problem = item === null ? 'an element that is NULL' : 'more than one dimension';
    throw new Error(`an array of ${JSON.stringify(column.name)} has ${problem}, which a feature can not hold`);
  });
}

function scalarOf({ kind, binary }: QueryColumn, text: string): Scalar {
  if (binary === true) return Buffer.from(text.slice(2), 'hex');
  if (kind === 'INT') return text === 't' ? 1n : text === 'f' ? 0n : BigInt(text);
  return kind === 'FLOAT' ? Number(text) : text;
}
