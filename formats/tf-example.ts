import { ProtoReader } from './proto-reader.js';
import { PipelineError } from '../errors/pipeline-error.js';

/** The three kinds of a tf.Example's Feature. */
export type FeatureType = 'int64' | 'float' | 'bytes';

type Scalar = number | bigint | string | Uint8Array;

/** A feature's value: one scalar, or several. `null` and `undefined` leave the feature out (missing). */
export type ExampleValue = Scalar | readonly Scalar[] | Float32Array | BigInt64Array | null | undefined;

export type ExampleRow = Readonly<Record<string, ExampleValue>>;

/** One decoded feature. A Feature without a kind has type `undefined` and no values. */
export type DecodedFeature =
  | { readonly type: 'int64'; readonly values: bigint[] }
  | { readonly type: 'float'; readonly values: number[] }
  | { readonly type: 'bytes'; readonly values: Uint8Array[] }
  | { readonly type: undefined; readonly values: never[] };

/**
 * Serializes a row as a `tf.Example` with sorted keys: equal rows give equal bytes, the same as Python's
 * `SerializeToString(deterministic=True)`.
 *
 * Without a type, bigint is int64, number is float (rounded to float32), string (UTF-8) and Uint8Array are bytes,
 * and an empty list is a Feature without a kind. With a type, numbers may be int64 too, and an empty list keeps it.
 *
 * @throws EXAMPLE_VALUE_MISFIT for a value that the type cannot hold.
 */
export function encodeExample(row: ExampleRow, types: Readonly<Record<string, FeatureType>> = {}): Uint8Array {
  const entries: Buffer[] = [];
  for (const name of Object.keys(row).sort(compareUtf8)) {
    const value = row[name];
    if (value === null || value === undefined) continue;
    const feature = encodeFeature(name, value, Object.hasOwn(types, name) ? types[name] : undefined);
    entries.push(delimited(0x0a, Buffer.concat([delimited(0x0a, Buffer.from(name)), delimited(0x12, feature)])));
  }
  return delimited(0x0a, Buffer.concat(entries));
}

/**
 * The features of a serialized `tf.Example`, by name. Unknown fields are skipped; packed and unpacked lists are read.
 *
 * @throws EXAMPLE_CORRUPT when the bytes are not a tf.Example.
 */
export function decodeExample(bytes: Uint8Array): Record<string, DecodedFeature> {
  const features: Record<string, DecodedFeature> = Object.create(null) as Record<string, DecodedFeature>;
  const reader = new ProtoReader(bytes);
  while (!reader.done) {
    const tag = reader.varint32();
    if (tag === 0x0a) readFeatures(reader, features);
    else reader.skip(tag);
  }
  return features;
}

/** Serializes one `Feature` message: the partition key of TFX's `partition_feature_name`. */
export function encodeFeature(
  name: string,
  value: Exclude<ExampleValue, null | undefined>,
  type?: FeatureType,
): Buffer {
  const values: ArrayLike<Scalar> = isList(value) ? value : [value];
  const kind = type ?? typeOf(value, values[0]);
  if (kind === undefined) return Buffer.alloc(0);
  if (kind === 'int64') return delimited(0x1a, packed(int64Bytes(name, values)));
  if (kind === 'float') return delimited(0x12, packed(floatBytes(name, values)));
  return delimited(0x0a, Buffer.concat(Array.from(values, (v) => delimited(0x0a, toBytes(name, v)))));
}

/** Orders names by their UTF-8 bytes, as protobuf's deterministic maps do (UTF-16 order differs beyond U+FFFF). */
export function compareUtf8(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function isList(value: ExampleValue): value is readonly Scalar[] | Float32Array | BigInt64Array {
  return Array.isArray(value) || value instanceof Float32Array || value instanceof BigInt64Array;
}

function typeOf(value: ExampleValue, first: Scalar | undefined): FeatureType | undefined {
  if (value instanceof Float32Array) return 'float';
  if (value instanceof BigInt64Array) return 'int64';
  if (first === undefined) return undefined;
  if (typeof first === 'bigint') return 'int64';
  return typeof first === 'number' ? 'float' : 'bytes';
}

function int64Bytes(name: string, values: ArrayLike<Scalar>): Buffer {
  const bytes: number[] = [];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    const exact = typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value;
    if (typeof exact !== 'bigint' || BigInt.asIntN(64, exact) !== exact) throw misfit(name, value, 'int64');
    let rest = BigInt.asUintN(64, exact);
    for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
    bytes.push(Number(rest));
  }
  return Buffer.from(bytes);
}

function floatBytes(name: string, values: ArrayLike<Scalar>): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (typeof value !== 'number' && typeof value !== 'bigint') throw misfit(name, value, 'float');
    bytes.writeFloatLE(Math.fround(Number(value)), i * 4);
  }
  return bytes;
}

function toBytes(name: string, value: Scalar): Uint8Array {
  if (typeof value === 'string') return Buffer.from(value);
  if (value instanceof Uint8Array) return value;
  throw misfit(name, value, 'bytes');
}

function misfit(name: string, value: Scalar, type: FeatureType): PipelineError {
  return new PipelineError('EXAMPLE_VALUE_MISFIT', {
    what: `Feature ${JSON.stringify(name)} holds ${typeof value} ${String(value).slice(0, 80)}, which is no ${type} value.`,
    details: { feature: name, type },
  });
}

/** An empty packed list has no field at all, as protobuf writes it. */
function packed(bytes: Buffer): Buffer {
  return bytes.length === 0 ? bytes : delimited(0x0a, bytes);
}

function delimited(tag: number, body: Uint8Array): Buffer {
  const head = [tag];
  let length = body.length;
  for (; length > 127; length >>>= 7) head.push((length & 127) | 128);
  head.push(length);
  return Buffer.concat([Buffer.from(head), body]);
}

function readFeatures(reader: ProtoReader, features: Record<string, DecodedFeature>): void {
  reader.message((tag) => {
    if (tag !== 0x0a) return reader.skip(tag);
    let name = '';
    let feature: DecodedFeature = { type: undefined, values: [] };
    reader.message((entryTag) => {
      if (entryTag === 0x0a) name = reader.string();
      else if (entryTag === 0x12) feature = readFeature(reader, feature);
      else reader.skip(entryTag);
    });
    features[name] = feature;
  });
}

/** Reads one Feature message. The last kind wins and lists of the same kind join, as protobuf merges them. */
function readFeature(reader: ProtoReader, before: DecodedFeature): DecodedFeature {
  let feature = before;
  reader.message((tag) => {
    if (tag === 0x0a) {
      const values = feature.type === 'bytes' ? feature.values : [];
      reader.message((t) => (t === 0x0a ? void values.push(reader.bytes()) : reader.skip(t)));
      feature = { type: 'bytes', values };
    } else if (tag === 0x12) {
      const values = feature.type === 'float' ? feature.values : [];
      reader.message((t) => readFloats(reader, t, values));
      feature = { type: 'float', values };
    } else if (tag === 0x1a) {
      const values = feature.type === 'int64' ? feature.values : [];
      reader.message((t) => readInts(reader, t, values));
      feature = { type: 'int64', values };
    } else reader.skip(tag);
  });
  return feature;
}

function readFloats(reader: ProtoReader, tag: number, values: number[]): void {
  if (tag === 0x0d) values.push(reader.float());
  else if (tag === 0x0a) reader.packed(() => values.push(reader.float()));
  else reader.skip(tag);
}

function readInts(reader: ProtoReader, tag: number, values: bigint[]): void {
  if (tag === 0x08) values.push(reader.int64());
  else if (tag === 0x0a) reader.packed(() => values.push(reader.int64()));
  else reader.skip(tag);
}
