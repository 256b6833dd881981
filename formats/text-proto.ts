import protobuf from 'protobufjs';
import textformat from 'protobufjs/ext/textformat.js';
import { PipelineError } from '../errors/pipeline-error.js';
import { messageType, setFields, toPlain } from './protobuf/plain-message.js';

/**
 * Reads protobuf text format into a plain object of interface `T`, which must describe `type`.
 *
 * @param source what the text is, for the error: a file's name or `schema`
 * @throws TEXT_PROTO_INVALID with the line and the reason
 */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- names the interface that the caller reads
export function parseTextProto<T>(type: protobuf.Type, text: string, source = 'the text'): T {
  try {
    return toPlain(type, textformat.fromText(type, text) as unknown as Record<string, unknown>) as T;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PipelineError('TEXT_PROTO_INVALID', { what: `${source} is not a text ${type.name}: ${reason}.`, cause });
  }
}

/** Writes a plain object in protobuf text format exactly as Python's `text_format.MessageToString` does. */
export function formatTextProto(type: protobuf.Type, plain: object): string {
  const lines: string[] = [];
  writeMessage(type, plain as Record<string, unknown>, '', lines);
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

function writeMessage(
  type: protobuf.Type,
  plain: Readonly<Record<string, unknown>>,
  indent: string,
  lines: string[],
): void {
  for (const field of setFields(type, plain)) {
    const value = plain[field.name];
    if (field instanceof protobuf.MapField) writeMap(field, value as Record<string, unknown>, indent, lines);
    else
      for (const item of field.repeated ? (value as readonly unknown[]) : [value])
        writeItem(field, field.name, item, indent, lines);
  }
}

function writeItem(field: protobuf.FieldBase, name: string, item: unknown, indent: string, lines: string[]): void {
  const nested = messageType(field);
  const label = `${indent}${snakeCase(name)}`;
  if (nested === undefined) {
    lines.push(`${label}: ${scalarText(field, item)}`);
    return;
  }
  lines.push(`${label} {`);
  writeMessage(nested, item as Record<string, unknown>, `${indent}  `, lines);
  lines.push(`${indent}}`);
}

function writeMap(
  field: protobuf.MapField,
  map: Readonly<Record<string, unknown>>,
  indent: string,
  lines: string[],
): void {
  const inner = `${indent}  `;
  for (const key of Object.keys(map).sort()) {
    lines.push(`${indent}${snakeCase(field.name)} {`);
    lines.push(`${inner}key: ${field.keyType === 'string' ? quote(Buffer.from(key)) : key}`);
    writeItem(field, 'value', map[key], inner, lines);
    lines.push(`${indent}}`);
  }
}

const snakeCase = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function scalarText(field: protobuf.FieldBase, value: unknown): string {
  if (field.resolvedType instanceof protobuf.Enum)
    return typeof value === 'number' ? (field.resolvedType.valuesById[value] ?? String(value)) : String(value);
  if (value instanceof Uint8Array) return quote(value);
  if (field.type === 'string') return quote(Buffer.from(value as string));
  if (field.type === 'double') return doubleText(value as number);
  if (field.type === 'float') return floatText(value as number);
  return String(value);
}

/** A double as Python's `repr` prints it: shortest digits that read back, `.0` for whole numbers, exponents from 1e16 and below 1e-4. */
export function doubleText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0.0';
  const magnitude = Math.abs(value);
  if (value === 0 || (magnitude >= 1e-4 && magnitude < 1e16)) {
    const text = String(value);
    return text.includes('.') ? text : `${text}.0`;
  }
  return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
}

/** A float32 by the fewest significant digits that read back as the same float32. */
export function floatText(value: number): string {
  if (!Number.isFinite(value)) return doubleText(value);
  const wanted = Math.fround(value);
  for (let digits = 6; digits <= 9; digits++) {
    const shorter = Number(wanted.toPrecision(digits));
    if (Math.fround(shorter) === wanted) return doubleText(shorter);
  }
  return doubleText(wanted);
}

const ESCAPES: Readonly<Record<number, string>> = { 9: '\\t', 10: '\\n', 13: '\\r', 34: '\\"', 39: "\\'", 92: '\\\\' };

function quote(bytes: Uint8Array): string {
  let text = '"';
  for (const byte of bytes) {
    const escape = ESCAPES[byte];
    if (escape !== undefined) text += escape;
    else if (byte >= 32 && byte < 127) text += String.fromCharCode(byte);
    else text += `\\${byte.toString(8).padStart(3, '0')}`;
  }
  return `${text}"`;
}
