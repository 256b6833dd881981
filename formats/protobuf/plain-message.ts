import protobuf from 'protobufjs';

/** A 64-bit integer: a number while that is exact, else a bigint. */
export type Int64 = number | bigint;

type Plain = Readonly<Record<string, unknown>>;
interface LongLike {
  readonly low: number;
  readonly high: number;
  readonly unsigned: boolean;
}

/** The field's message type, or undefined for scalars and enums. */
export function messageType(field: protobuf.FieldBase): protobuf.Type | undefined {
  const { resolvedType } = field.resolve();
  return resolvedType instanceof protobuf.Type ? resolvedType : undefined;
}

/** The fields that are set in a message or plain object, by number. Implicit (proto3) scalars count when not zero. */
export function setFields(type: protobuf.Type, value: Plain): readonly protobuf.Field[] {
  return [...type.fieldsArray].sort((a, b) => a.id - b.id).filter((field) => isSet(field.resolve(), value[field.name]));
}

function isSet(field: protobuf.Field, value: unknown): boolean {
  if (value === undefined || value === null) return false;
  if (field.repeated) return (value as readonly unknown[]).length > 0;
  if (field.map) return Object.keys(value).length > 0;
  if (field.hasPresence || messageType(field) !== undefined) return true;
  if (field.resolvedType instanceof protobuf.Enum)
    return value !== 0 && value !== field.resolvedType.valuesById[0] && value !== '';
  if (typeof value === 'object' && 'low' in value)
    return (value as LongLike).low !== 0 || (value as LongLike).high !== 0;
  if (value instanceof Uint8Array) return value.length > 0;
  return value !== 0 && value !== 0n && value !== '' && value !== false;
}

function mapField(field: protobuf.Field, value: unknown, one: (item: unknown) => unknown): unknown {
  if (field.repeated) return (value as readonly unknown[]).map(one);
  if (field.map)
    return Object.fromEntries(Object.entries(value as object).map(([key, item]) => [key, one(item)] as const));
  return one(value);
}

/**
 * A decoded message as a plain object: camelCase fields, enums by name, 64-bit integers as numbers (bigint where a
 * number is not exact), only what is set.
 */
export function toPlain(type: protobuf.Type, message: Plain): Record<string, unknown> {
  const plain: Record<string, unknown> = {};
  for (const field of type.fieldsArray) {
    const value = Object.hasOwn(message, field.name) ? message[field.name] : undefined;
    if (value === undefined || value === null) continue;
    if ((field.repeated || field.map) && Object.keys(value).length === 0) continue;
    const nested = messageType(field);
    plain[field.name] = mapField(field, value, (item) =>
      nested === undefined ? plainScalar(field, item) : toPlain(nested, item as Plain),
    );
  }
  return plain;
}

function plainScalar(field: protobuf.Field, value: unknown): unknown {
  if (field.resolvedType instanceof protobuf.Enum) return field.resolvedType.valuesById[value as number] ?? value;
  if (typeof value === 'object' && value !== null && 'low' in value) {
    const { low, high, unsigned } = value as LongLike;
    const exact = (BigInt(unsigned ? high >>> 0 : high) << 32n) | BigInt(low >>> 0);
    return narrow(exact);
  }
  return typeof value === 'bigint' ? narrow(value) : value;
}

function narrow(value: bigint): Int64 {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** The message of a plain object, ready to encode. Unset and implicit zero fields are left out, as TensorFlow does. */
function toMessage(type: protobuf.Type, plain: Plain): protobuf.Message {
  const ready: Record<string, unknown> = {};
  for (const field of setFields(type, plain)) {
    const nested = messageType(field);
    ready[field.name] = mapField(field, plain[field.name], (item) =>
      nested === undefined
        ? typeof item === 'bigint'
          ? long(item)
          : enumNumber(field, item)
        : toMessage(nested, item as Plain),
    );
  }
  return type.create(ready);
}

function enumNumber(field: protobuf.Field, item: unknown): unknown {
  if (!(field.resolvedType instanceof protobuf.Enum) || typeof item !== 'string') return item;
  return field.resolvedType.values[item] ?? item;
}

function long(value: bigint): unknown {
  const bits = BigInt.asUintN(64, value);
  return {
    low: Number(bits & 0xffffffffn) | 0,
    high: Number(bits >> 32n) | 0,
    unsigned: value > 0x7fffffffffffffffn,
  };
}

/** Decodes a binary message into a plain object of interface `T`, which must describe `type`. Throws on bad bytes. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- names the interface that the caller reads
export function decodePlain<T>(type: protobuf.Type, bytes: Uint8Array): T {
  return toPlain(type, type.decode(bytes)) as T;
}

/** Encodes a plain object as the binary message `type`, fields in the order of their numbers. */
export function encodePlain(type: protobuf.Type, plain: object): Uint8Array {
  return type.encode(toMessage(type, plain as Plain)).finish();
}
