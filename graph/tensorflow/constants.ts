import type { DType } from '../../formats/protobuf/tensorflow.js';

/** Values of a constant or a feed in row-major order. */
export type ConstantValues =
  ArrayLike<number> | BigInt64Array | readonly bigint[] | readonly (string | Uint8Array)[] | readonly boolean[];

/** The little-endian bytes of numeric values, as a tensor's `tensor_content` holds them. */
export function constantBytes(dtype: DType, values: ConstantValues): Buffer {
  const { buffer, byteOffset, byteLength } = typedArray(dtype, values);
  return Buffer.from(buffer, byteOffset, byteLength);
}

type TypedArray = Float32Array | Float64Array | Int32Array | Uint8Array | BigInt64Array;

/** Numeric values as the typed array of their type. Throws a RangeError for an int64 that is no integer. */
export function typedArray(dtype: DType, values: ConstantValues): TypedArray {
  const numbers = values as ArrayLike<number>;
  switch (dtype) {
    case 'float32':
      return values instanceof Float32Array ? values : Float32Array.from(numbers);
    case 'float64':
      return values instanceof Float64Array ? values : Float64Array.from(numbers);
    case 'int32':
      return values instanceof Int32Array ? values : Int32Array.from(numbers);
    case 'bool':
      return Uint8Array.from(numbers, Number);
    case 'uint8':
      return values instanceof Uint8Array ? values : Uint8Array.from(numbers);
    case 'int64':
      return values instanceof BigInt64Array ? values : BigInt64Array.from(Array.from(numbers, BigInt));
    default:
      throw new TypeError(`A tensor of type ${dtype} has no numeric values.`);
  }
}
