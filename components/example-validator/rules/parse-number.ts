import type { Int64 } from '../../../formats/protobuf/plain-message.js';

const INT64_MAX = 9223372036854775807n;
const INT64_MIN = -9223372036854775808n;

/** Text as an int64, or undefined when it is none. Space around it is ignored. */
export function parseInt64(text: string): bigint | undefined {
  const trimmed = text.trim();
  if (!/^[+-]?\d+$/.test(trimmed)) return undefined;
  const value = BigInt(trimmed.startsWith('+') ? trimmed.slice(1) : trimmed);
  return value >= INT64_MIN && value <= INT64_MAX ? value : undefined;
}

/** Text as a float32, or undefined when it is none. `nan`, `inf` and `infinity` are numbers. */
export function parseFloat32(text: string): number | undefined {
  const trimmed = text.trim();
  const special = /^([+-]?)(nan|inf|infinity)$/i.exec(trimmed);
  if (special) {
    if (special[2]?.toLowerCase() === 'nan') return Number.NaN;
    return special[1] === '-' ? -Infinity : Infinity;
  }
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed) ? Math.fround(Number(trimmed)) : undefined;
}

/** A whole number that a double holds, in digits. */
export const integerText = (value: Int64): string =>
  typeof value === 'number' && Number.isFinite(value) ? BigInt(Math.trunc(value)).toString() : String(value);

/** A bigint as a number where that is exact. */
export function narrowInt64(value: bigint): Int64 {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** A whole double as int64, every digit; 2⁶³, which the greatest integers are rounded to, is brought back into range. */
export function asInt64(value: number): Int64 {
  if (Number.isSafeInteger(value) || !Number.isFinite(value)) return value;
  return narrowInt64(BigInt.asIntN(64, value === 2 ** 63 ? 2n ** 63n - 1n : BigInt(Math.trunc(value))));
}
