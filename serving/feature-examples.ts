import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { encodeExample, type ExampleValue, type FeatureType } from '../formats/tf-example.js';
import { base64Bytes, isBase64 } from './json-to-tensor.js';
import { shown, typeName, type Json } from './json.js';
import { invalidArgument } from './serving-error.js';
import type { SignatureFacts } from './tensor.js';

/** The raw features that a model knows, and their types in a tf.Example. */
export type FeatureTypes = ReadonlyMap<string, FeatureType>;

const TYPES: Readonly<Record<string, FeatureType>> = { float32: 'float', int64: 'int64', string: 'bytes' };

/** What a model of ours says of its raw features in `assets.extra/tfx_model.json`. */
interface ModelFacts {
  readonly features?: readonly { readonly name: string; readonly dtype: string }[];
}

/** The types of raw features: those that the model names itself, else those of its signature `raw`. */
export async function readFeatureTypes(
  folder: string,
  signatures: Readonly<Record<string, SignatureFacts>>,
): Promise<FeatureTypes | undefined> {
  const raw = Object.hasOwn(signatures, 'raw') ? signatures['raw'] : undefined;
  if (!raw) return undefined;
  const own = Object.entries(raw.inputs).map(([name, { dtype }]) => ({ name, dtype }));
  const named = await modelFeatures(folder);
  const types = [...own, ...named].flatMap(({ name, dtype }): [string, FeatureType][] => {
    const type = TYPES[dtype];
    return type === undefined ? [] : [[name, type]];
  });
  return new Map(types);
}

async function modelFeatures(folder: string): Promise<NonNullable<ModelFacts['features']>> {
  try {
    const text = await readFile(path.join(folder, 'assets.extra', 'tfx_model.json'), 'utf8');
    return (JSON.parse(text) as ModelFacts).features ?? [];
  } catch {
    return [];
  }
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
