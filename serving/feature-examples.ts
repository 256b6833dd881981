import { encodeExample, type ExampleValue, type FeatureType } from '../formats/tf-example.js';
import { base64Bytes, isBase64 } from './json-to-tensor.js';
import { shown, typeName, type Json } from './json.js';
import { invalidArgument } from './serving-error.js';
import type { SignatureFacts } from './tensor.js';

/** The raw features that a model knows, and their types in a tf.Example. */
export type FeatureTypes = ReadonlyMap<string, FeatureType>;

const TYPES: Readonly<Record<string, FeatureType>> = { float32: 'float', int64: 'int64', string: 'bytes' };

/** The types of raw features, from a model's signature `raw`: one named tensor for each. */
export function featureTypes(signatures: Readonly<Record<string, SignatureFacts>>): FeatureTypes | undefined {
  const raw = Object.hasOwn(signatures, 'raw') ? signatures['raw'] : undefined;
  if (!raw) return undefined;
  const types = Object.entries(raw.inputs).flatMap(([name, { dtype }]): [string, FeatureType][] => {
    const type = TYPES[dtype];
    return type === undefined ? [] : [[name, type]];
  });
  return new Map(types);
}

/**
 * A plain object of features as a serialized tf.Example; null and absent are missing.
 * @throws ServingError INVALID_ARGUMENT that names row, feature, expected and given
 */
export function encodeFeatures(row: { readonly [key: string]: Json }, index: number, types: FeatureTypes): Uint8Array {
  const values: Record<string, ExampleValue> = {};
  for (const [name, value] of Object.entries(row)) {
    const type = types.get(name);
    if (type === undefined) {
      throw invalidArgument(
        `Failed to process element: ${index} key: ${name} of 'instances' list. ` +
          `Error: the model has no such feature; it has ${[...types.keys()].join(', ')}`,
      );
    }
    const items = (Array.isArray(value) ? value : [value]) as readonly Json[];
    const present = items.filter((item) => item !== null);
    if (present.length > 0) values[name] = present.map((item) => featureValue(item, type, index, name));
  }
  return encodeExample(values, Object.fromEntries(types));
}

function featureValue(
  value: Json,
  type: FeatureType,
  index: number,
  name: string,
): number | bigint | string | Uint8Array {
  if (type === 'bytes' && typeof value === 'string') return value;
  if (type === 'bytes' && isBase64(value)) return base64Bytes(value.b64);
  if (type === 'float' && (typeof value === 'number' || typeof value === 'bigint')) return Number(value);
  if (type === 'int64') {
    if (typeof value === 'boolean') return value ? 1n : 0n;
    if (typeof value === 'bigint' && BigInt.asIntN(64, value) === value) return value;
    if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  }
  const expected = { float: 'float', int64: 'int64', bytes: 'string' }[type];
  throw invalidArgument(
    `Failed to process element: ${index} key: ${name} of 'instances' list. ` +
      `Error: JSON Value: ${shown(value)} Type: ${typeName(value)} is not of expected type: ${expected}`,
  );
}
