import type { Properties, PropertyValue } from '../artifacts/artifact.js';
import { PipelineError } from '../errors/pipeline-error.js';
import { cleanText } from './clean-text.js';
import type { Queryable } from './database.js';

export type PropertyOwner = 'artifact' | 'execution' | 'context';

export interface PropertyRow {
  readonly name: string;
  readonly int_value: number | null;
  readonly double_value: number | null;
  readonly string_value: string | null;
  readonly bool_value: boolean | null;
}

const INT32_MAX = 2 ** 31 - 1;

/**
 * Writes properties as ml-metadata does: integers of 32 bits into `int_value`, other numbers into `double_value`.
 * Larger integers are doubles there, because the official client fails on them, and exact in `tfx.big_integer`.
 * @param typed names of the type's own properties; the others are custom properties
 */
export async function insertProperties(
  transaction: Queryable,
  owner: PropertyOwner,
  ownerId: number,
  properties: Properties,
  typed: ReadonlySet<string> = new Set(),
): Promise<void> {
  const entries = Object.entries(properties);
  if (entries.length === 0) return;
  const cells = entries.map(([name, value]) => toCells(name, value));
  await transaction.query(
    `insert into ${owner}property
       (${owner}_id, name, is_custom_property, int_value, double_value, string_value, bool_value)
     select $1, * from unnest($2::text[], $3::bool[], $4::int[], $5::float8[], $6::text[], $7::bool[])
     on conflict (${owner}_id, name, is_custom_property) do update set int_value = excluded.int_value,
       double_value = excluded.double_value, string_value = excluded.string_value, bool_value = excluded.bool_value`,
    [
      ownerId,
      entries.map(([name]) => cleanText(name)),
      entries.map(([name]) => !typed.has(name)),
      cells.map((cell) => cell.int),
      cells.map((cell) => cell.double),
      cells.map((cell) => cell.string),
      cells.map((cell) => cell.bool),
    ],
  );
  if (owner !== 'context') await insertBigIntegers(transaction, owner, ownerId, entries);
}

/** The value in a row of one of ml-metadata's property tables; undefined for structs and protos. */
export function propertyValue(row: PropertyRow): PropertyValue | undefined {
  return row.int_value ?? row.double_value ?? row.string_value ?? row.bool_value ?? undefined;
}

interface Cells {
  readonly int: number | null;
  readonly double: number | null;
  readonly string: string | null;
  readonly bool: boolean | null;
}

const NONE: Cells = { int: null, double: null, string: null, bool: null };

function toCells(name: string, value: PropertyValue): Cells {
  if (name.length > 255) throw invalid(name.slice(0, 40), 'has a name of more than 255 characters');
  switch (typeof value) {
    case 'string':
      return { ...NONE, string: cleanText(value) };
    case 'boolean':
      return { ...NONE, bool: value };
    case 'number':
      if (!Number.isFinite(value)) throw invalid(name, `is ${value}`);
      return isInt32(value) ? { ...NONE, int: value } : { ...NONE, double: value };
    default:
      throw invalid(name, `is of type ${typeof value}`);
  }
}

function isInt32(value: number): boolean {
  return Number.isInteger(value) && value <= INT32_MAX && value >= -INT32_MAX - 1;
}

async function insertBigIntegers(
  transaction: Queryable,
  owner: PropertyOwner,
  ownerId: number,
  entries: readonly (readonly [string, PropertyValue])[],
): Promise<void> {
  const big = entries.filter(([, value]) => Number.isSafeInteger(value) && !isInt32(value as number));
  if (big.length === 0) return;
  await transaction.query(
    `insert into tfx.big_integer (owner, owner_id, name, value)
     select $1, $2, * from unnest($3::text[], $4::bigint[])
     on conflict (owner, owner_id, name) do update set value = excluded.value`,
    [owner, ownerId, big.map(([name]) => name), big.map(([, value]) => String(value))],
  );
}

function invalid(name: string, problem: string): PipelineError {
  return new PipelineError('PROPERTY_INVALID', { what: `Property ${name} ${problem}.`, details: { property: name } });
}
