import { randomBytes } from 'node:crypto';
import { invalidArgument } from './serving-error.js';

export type Json = null | boolean | number | bigint | string | readonly Json[] | { readonly [key: string]: Json };

/** Marks numbers that JSON.parse cannot take; a client cannot guess it. */
const MARK = `\u0000${randomBytes(12).toString('hex')}:`;
const TOKENS = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b|-?\d{16,}(?![\d.eE])/g;

/**
 * Parses JSON as TensorFlow Serving does: the bare tokens NaN, Infinity and -Infinity are numbers, and integers that a
 * double cannot hold stay exact (bigint).
 *
 * @throws ServingError INVALID_ARGUMENT with `JSON Parse error: …`
 */
export function parseJson(text: string): Json {
  if (text.trim() === '') throw invalidArgument('JSON Parse error: The document is empty');
  try {
    if (!/NaN|Infinity|\d{16}/.test(text)) return JSON.parse(text) as Json;
    const marked = text.replaceAll(TOKENS, (token) => (token.startsWith('"') ? token : JSON.stringify(MARK + token)));
    return JSON.parse(marked, (_key, value: unknown) =>
      typeof value === 'string' && value.startsWith(MARK) ? unmark(value.slice(MARK.length)) : value,
    ) as Json;
  } catch (error) {
    const { message } = error as Error;
    const offset = /position (\d+)/.exec(message)?.[1];
    throw invalidArgument(`JSON Parse error: ${message}${offset === undefined ? '' : ` at offset: ${offset}`}`);
  }
}

function unmark(token: string): number | bigint {
  const number = Number(token);
  return Number.isNaN(number) || !Number.isFinite(number) || Number.isSafeInteger(number) ? number : BigInt(token);
}

/** A value for an error message, cut where it gets long. */
export function shown(value: Json): string {
  const text = JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? String(item) : item));
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

/** The JSON type of a value, in TensorFlow Serving's words. */
export function typeName(value: Json): string {
  if (value === null) return 'Null';
  if (Array.isArray(value)) return 'Array';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return 'String';
  return typeof value === 'object' ? 'Object' : 'Number';
}

/** A float32 as the shortest of six or nine digits that reads back the same; whole numbers end in `.0`. */
export function float32Text(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
  if (Object.is(value, -0)) return '-0.0';
  const short = Number(value.toPrecision(6));
  const text = String(Math.fround(short) === value ? short : Number(value.toPrecision(9)));
  return /[.e]/.test(text) ? text : `${text}.0`;
}
