import { DATA_TYPES, dtypeName, type AttrValue, type DType } from '../../formats/protobuf/tensorflow.js';
import { attr } from './attributes.js';
import { OP_SIGNATURES } from './op-signatures.js';

/** One argument of an op: a fixed type or the name of the attribute that says it; `count` names an int attribute. */
interface Argument {
  readonly name: string;
  readonly type: string;
  readonly count?: string;
}

interface OpAttribute {
  readonly kind: 'type' | 'list(type)' | 'int';
  readonly default?: DType;
}

interface OpSignature {
  readonly inputs: readonly Argument[];
  readonly outputs: readonly Argument[];
  readonly attributes: ReadonlyMap<string, OpAttribute>;
}

const FIXED: Readonly<Record<string, DType>> = {
  FLOAT: 'float32',
  DOUBLE: 'float64',
  INT32: 'int32',
  UINT8: 'uint8',
  STRING: 'string',
  INT64: 'int64',
  BOOL: 'bool',
  RESOURCE: 'resource',
};

let table: Map<string, OpSignature> | undefined;

function signatureOf(op: string): OpSignature | undefined {
  table ??= new Map(OP_SIGNATURES.trim().split('\n').map(parseSignature));
  return table.get(op);
}

function parseSignature(line: string): [string, OpSignature] {
  const parts = /^(\w+)\((.*?)\) -> \((.*?)\) ?(.*)$/.exec(line);
  if (!parts) throw new TypeError(`Not an op signature: ${line}`);
  const [, op = '', inputs = '', outputs = '', attributes = ''] = parts;
  return [
    op,
    { inputs: parseArguments(inputs), outputs: parseArguments(outputs), attributes: parseAttributes(attributes) },
  ];
}

function parseArguments(text: string): Argument[] {
  return [...text.matchAll(/(\w+): (?:(\w+)\*)?(\w+)/g)].map(([, name = '', count, type = '']) =>
    count === undefined ? { name, type } : { name, type, count },
  );
}

function parseAttributes(text: string): Map<string, OpAttribute> {
  const found = text.matchAll(/(\w+): (type|list\(type\)|int)(?: = (\w+))?/g);
  return new Map(
    [...found].map(([, name = '', kind, fallback]) => {
      const dtype = fallback === undefined ? undefined : FIXED[fallback];
      return [name, { kind: kind as OpAttribute['kind'], ...(dtype ? { default: dtype } : {}) }];
    }),
  );
}

export interface TypedOp {
  readonly attributes: Readonly<Record<string, AttrValue>>;
  /** The outputs' types; undefined where the op is not in the table. */
  readonly outputs: readonly DType[] | undefined;
}

/**
 * Fills in the type and count attributes that follow from the inputs' types (eager TensorFlow infers them, a GraphDef
 * must spell them out), and says the types of the outputs.
 *
 * @param inputs - types of the data inputs in order, control inputs left out; undefined where unknown.
 */
export function typeOp(
  op: string,
  inputs: readonly (DType | undefined)[],
  attributes: Readonly<Record<string, AttrValue>>,
): TypedOp {
  const signature = signatureOf(op);
  if (!signature) return { attributes, outputs: undefined };
  const filled: Record<string, AttrValue> = { ...attributes };
  bindInputs(signature, inputs, filled);
  for (const [name, { kind, default: fallback }] of signature.attributes)
    if (kind === 'type' && fallback && !(name in filled)) filled[name] = attr.type(fallback);
  return { attributes: filled, outputs: signature.outputs.flatMap((argument) => typesOf(argument, filled)) };
}

function bindInputs(
  signature: OpSignature,
  inputs: readonly (DType | undefined)[],
  filled: Record<string, AttrValue>,
): void {
  let next = 0;
  for (const argument of signature.inputs) {
    const kind = signature.attributes.get(argument.type)?.kind;
    const length = lengthOf(argument, kind, inputs.length - (signature.inputs.length - 1), filled);
    const dtypes = inputs.slice(next, next + length);
    next += length;
    if (argument.count !== undefined) filled[argument.count] ??= attr.int(length);
    if (kind === 'type' && dtypes[0]) filled[argument.type] ??= attr.type(dtypes[0]);
    if (kind === 'list(type)' && dtypes.every((dtype) => dtype !== undefined))
      filled[argument.type] ??= attr.types(dtypes);
  }
}

/** How many inputs an argument takes: `rest` when nothing else says it (no op has two open lists). */
function lengthOf(
  argument: Argument,
  kind: OpAttribute['kind'] | undefined,
  rest: number,
  filled: Readonly<Record<string, AttrValue>>,
): number {
  if (argument.count !== undefined) return filled[argument.count]?.i ?? rest;
  if (kind === 'list(type)') return filled[argument.type]?.list?.type?.length ?? rest;
  return 1;
}

function typesOf(argument: Argument, filled: Readonly<Record<string, AttrValue>>): DType[] {
  const value = filled[argument.type];
  if (value?.list) return (value.list.type ?? []).map(nameOf);
  const count = argument.count === undefined ? 1 : (filled[argument.count]?.i ?? 1);
  const dtype = value?.type === undefined ? FIXED[argument.type] : nameOf(value.type);
  return dtype ? Array.from({ length: count }, () => dtype) : [];
}

function nameOf(number: number): DType {
  const name = dtypeName(number);
  if (name) return name;
  throw new TypeError(`TensorFlow data type ${number} is none of ${Object.keys(DATA_TYPES).join(', ')}.`);
}
