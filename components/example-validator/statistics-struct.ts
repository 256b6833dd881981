import type protobuf from 'protobufjs';
import { messageType, setFields } from '../../formats/protobuf/plain-message.js';
import { FeatureStatisticsMessage } from '../../formats/protobuf/tensorflow-metadata.js';
import type { FeatureStatisticsProto } from '../../formats/statistics.js';

type Json = string | number | null | readonly Json[] | { readonly [name: string]: Json };

const INTEGERS: ReadonlySet<string> = new Set(['int32', 'int64', 'uint32', 'uint64', 'sint32', 'sint64', 'bool']);

const snakeCase = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const isBytes = (field: protobuf.Field): boolean => field.type === 'bytes';

/** The type of a feature's statistics as DuckDB's `from_json` takes it, with the message's own names. */
export const STATISTICS_STRUCTURE: string = JSON.stringify(structureOf(FeatureStatisticsMessage));

function structureOf(type: protobuf.Type): Json {
  return Object.fromEntries(
    type.fieldsArray.filter((field) => !isBytes(field)).map((field) => [snakeCase(field.name), fieldType(field)]),
  );
}

function fieldType(field: protobuf.Field): Json {
  const nested = messageType(field.resolve());
  const scalar = INTEGERS.has(field.type) ? 'BIGINT' : /^(double|float)$/.test(field.type) ? 'DOUBLE' : 'VARCHAR';
  const one = nested === undefined ? scalar : structureOf(nested);
  return field.repeated ? [one] : one;
}

/** A feature's statistics as JSON: absent numbers are 0, absent texts empty, absent messages null, as in SQL over protobufs. */
export const statisticsJson = (feature: FeatureStatisticsProto): string =>
  JSON.stringify(valueOf(FeatureStatisticsMessage, feature as Readonly<Record<string, unknown>>));

function valueOf(type: protobuf.Type, plain: Readonly<Record<string, unknown>>): Json {
  const present = new Set(setFields(type, plain).map(({ name }) => name));
  const entries = type.fieldsArray
    .filter((field) => !isBytes(field))
    .map((field): [string, Json] => {
      const value = present.has(field.name) ? plain[field.name] : undefined;
      return [snakeCase(field.name), fieldValue(field.resolve(), value)];
    });
  return Object.fromEntries(entries);
}

function fieldValue(field: protobuf.Field, value: unknown): Json {
  const nested = messageType(field);
  const one = (item: unknown): Json =>
    nested === undefined ? scalarValue(item) : valueOf(nested, item as Readonly<Record<string, unknown>>);
  if (field.repeated) return ((value ?? []) as readonly unknown[]).map(one);
  if (value !== undefined) return one(value);
  if (nested !== undefined) return null;
  const resolved = field.resolvedType;
  if (resolved !== null && 'valuesById' in resolved) return resolved.valuesById[0] ?? '';
  return INTEGERS.has(field.type) || /^(double|float)$/.test(field.type) ? 0 : '';
}

/** JSON has no numbers that are not finite, and no exact large ones: DuckDB reads them from text. */
function scalarValue(item: unknown): Json {
  if (typeof item === 'bigint') return item.toString();
  if (typeof item === 'number' && !Number.isFinite(item)) return String(item);
  return typeof item === 'boolean' ? Number(item) : (item as string | number);
}
