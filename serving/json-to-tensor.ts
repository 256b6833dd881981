import type { DType } from '../formats/protobuf/tensorflow.js';
import { shown, typeName, type Json } from './json.js';
import { invalidArgument } from './serving-error.js';
import type { FeedTensor } from './tensor.js';

type Value = FeedTensor['values'][number];

/**
 * A JSON value, however deep its lists, as a tensor of `dtype`. Bytes are written `{ "b64": "…" }`.
 * @throws ServingError INVALID_ARGUMENT in TensorFlow Serving's words
 */
export function tensorOf(value: Json, dtype: DType): FeedTensor {
  const shape: number[] = [];
  for (let inner: Json | undefined = value; Array.isArray(inner); inner = (inner as readonly Json[])[0]) {
    shape.push(inner.length);
  }
  const values: Value[] = [];
  fill(value, 0, { shape, dtype, values });
  return { shape, values };
}

interface Target {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly values: Value[];
}

function fill(value: Json, level: number, target: Target): void {
  const rank = target.shape.length;
  if (!Array.isArray(value)) {
    if (level !== rank) {
      throw invalidArgument(
        `JSON Value: ${shown(value)} found at incorrect level: ${level + 1} in the JSON DOM. Expected at level: ${rank}`,
      );
    }
    target.values.push(scalarOf(value, target.dtype));
    return;
  }
  if (level >= rank) throw invalidArgument(`Encountered list at unexpected level: ${level} expected < ${rank}`);
  if (value.length !== target.shape[level]) {
    throw invalidArgument(
      `Encountered list at unexpected size: ${value.length} at level: ${level} expected size: ${target.shape[level]}`,
    );
  }
  for (const item of value as readonly Json[]) fill(item, level + 1, target);
}

const INTEGER_BOUNDS: Readonly<Partial<Record<DType, readonly [bigint, bigint]>>> = {
  uint8: [0n, 255n],
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
};

function scalarOf(value: Json, dtype: DType): Value {
  if (isBase64(value)) {
    if (dtype !== 'string') throw typeError(value, dtype);
    return base64Bytes(value.b64);
  }
  if (dtype === 'string' && typeof value === 'string') return value;
  if (dtype === 'bool' && typeof value === 'boolean') return value;
  if (dtype === 'float32' || dtype === 'float64') return floatOf(value, dtype);
  const bounds = INTEGER_BOUNDS[dtype];
  if (bounds && isInteger(value) && BigInt(value) >= bounds[0] && BigInt(value) <= bounds[1]) {
    return dtype === 'int64' ? BigInt(value) : Number(value);
  }
  throw typeError(value, dtype);
}

/** Beyond this a whole number has no exact float32. */
const LARGEST_WHOLE_FLOAT32 = 2 ** 24 - 1;
const LARGEST_FLOAT32 = 3.4028234663852886e38;

function floatOf(value: Json, dtype: DType): number {
  if (typeof value !== 'number' && typeof value !== 'bigint') throw typeError(value, dtype);
  const number = Number(value);
  if (dtype === 'float64' || !Number.isFinite(number)) return number;
  const limit = Number.isInteger(number) && Math.abs(number) < 2 ** 63 ? LARGEST_WHOLE_FLOAT32 : LARGEST_FLOAT32;
  if (Math.abs(number) > limit) {
    throw invalidArgument(`Cannot convert JSON value: ${shown(value)} to float without loss of precision.`);
  }
  return number;
}

function isInteger(value: Json): value is number | bigint {
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));
}

/** `{ "b64": "…" }` and nothing else. */
export function isBase64(value: Json | undefined): value is { readonly b64: string } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value);
  return entries.length === 1 && entries[0]?.[0] === 'b64' && typeof entries[0][1] === 'string';
}

export function base64Bytes(text: string): Uint8Array {
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(text)) throw invalidArgument('Unable to base64 decode');
  return Buffer.from(text, 'base64');
}

function typeError(value: Json, dtype: DType): Error {
  const expected = dtype === 'float32' ? 'float' : dtype === 'float64' ? 'double' : dtype;
  return invalidArgument(`JSON Value: ${shown(value)} Type: ${typeName(value)} is not of expected type: ${expected}`);
}
