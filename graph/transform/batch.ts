import type { Column, DataColumn, RowValue, Scalar } from './columns.js';
import { buildColumn, Dictionary, elementAt, elementCount, newNumbers, rowValueAt } from './columns.js';
import type { GraphNode, NodeType } from './graph-spec.js';
import type { ElementFunction, RowFunction } from './operations/operation.js';
import type { PreparedNode } from './prepared-graph.js';

/** Raw features' columns by feature name, and how many rows they hold. */
export interface Batch {
  readonly rows: number;
  readonly columns: ReadonlyMap<string, Column>;
}

/** Computes every prepared node for a batch: columns by node id. */
export function runBatch(prepared: readonly PreparedNode[], batch: Batch): Map<string, Column> {
  const results = new Map<string, Column>();
  for (const { node, inputs, run } of prepared) {
    const columns = node.inputs.map((id) => results.get(id) as Column);
    if (run === undefined) results.set(node.id, batch.columns.get(node.attributes['feature'] as string) as Column);
    else if (run.level === 'element') results.set(node.id, applyToElements(run.f, columns, node));
    else results.set(node.id, applyToRows(run, { columns, inputs, node, rows: batch.rows }));
  }
  return results;
}

function applyToElements(f: ElementFunction, columns: readonly Column[], type: NodeType): Column {
  const data = columns.filter((column): column is DataColumn => column.kind !== 'constant');
  const [first] = data;
  if (first === undefined)
    return { kind: 'constant', value: f(...columns.map((column) => elementAt(column, 0) as Scalar)) };
  const { width, offsets } = first;
  const structure = { width, offsets, present: presentInAll(data, first) };
  if (columns.length === 1) return { ...applyUnary(f, first, type), ...structure };
  return { ...applyMany(f, columns, elementCount(first), type), ...structure };
}

/** Rows that all inputs have. */
function presentInAll(columns: readonly DataColumn[], first: DataColumn): Uint8Array | undefined {
  const restricting = columns.flatMap(({ present }) => (present === undefined ? [] : [present]));
  const [only, ...others] = restricting;
  if (only === undefined || others.length === 0) return only ?? first.present;
  return only.map((flag, row) => (flag === 1 && others.every((other) => other[row] === 1) ? 1 : 0));
}

type Elements =
  | { readonly kind: 'number'; readonly values: Float32Array | Float64Array }
  | { readonly kind: 'string'; readonly codes: Int32Array; readonly dictionary: readonly string[] };

function applyUnary(f: ElementFunction, column: DataColumn, type: NodeType): Elements {
  if (column.kind === 'string') return applyToDictionary(f, column, type);
  const { values } = column;
  if (type.dtype === 'string') return encodeStrings(values.length, (index) => f(values[index] as number) as string);
  const results = newNumbers(type, values.length);
  for (let index = 0; index < values.length; index++) results[index] = f(values[index] as number) as number;
  return { kind: 'number', values: results };
}

/** Runs once per distinct string, then gathers. */
function applyToDictionary(f: ElementFunction, column: DataColumn & { kind: 'string' }, type: NodeType): Elements {
  const distinct = column.dictionary.map((text) => f(text));
  if (type.dtype === 'string') return { kind: 'string', codes: column.codes, dictionary: distinct as string[] };
  const values = newNumbers(type, column.codes.length);
  for (let index = 0; index < values.length; index++) {
    const code = column.codes[index] as number;
    values[index] = code < 0 ? 0 : (distinct[code] as number);
  }
  return { kind: 'number', values };
}

function applyMany(f: ElementFunction, columns: readonly Column[], count: number, type: NodeType): Elements {
  if (columns.length === 2 && columns.every((column) => column.kind !== 'string') && type.dtype !== 'string') {
    return { kind: 'number', values: applyBinary(f, columns, count, type) };
  }
  const strings = columns.filter((column) => column.kind === 'string');
  const combinations = strings.reduce((product, { dictionary }) => product * dictionary.length, 1);
  if (strings.length > 1 && combinations <= Number.MAX_SAFE_INTEGER && columns.every(({ kind }) => kind !== 'number')) {
    return applyToCombinations(f, columns, count, type);
  }
  const at = (index: number): Scalar | undefined => {
    const values = columns.map((column) => elementAt(column, index));
    return values.includes(undefined) ? undefined : f(...(values as Scalar[]));
  };
  if (type.dtype === 'string') return encodeStrings(count, at as (index: number) => string | undefined);
  const results = newNumbers(type, count);
  for (let index = 0; index < count; index++) results[index] = (at(index) ?? 0) as number;
  return { kind: 'number', values: results };
}

function applyBinary(f: ElementFunction, columns: readonly Column[], count: number, type: NodeType) {
  const [left, right] = columns as [Column, Column];
  const results = newNumbers(type, count);
  if (left.kind === 'number' && right.kind === 'number') {
    const [a, b] = [left.values, right.values];
    for (let index = 0; index < count; index++) results[index] = f(a[index] as number, b[index] as number) as number;
  } else if (left.kind === 'number' && right.kind === 'constant') {
    const [a, b] = [left.values, right.value];
    for (let index = 0; index < count; index++) results[index] = f(a[index] as number, b) as number;
  } else if (left.kind === 'constant' && right.kind === 'number') {
    const [a, b] = [left.value, right.values];
    for (let index = 0; index < count; index++) results[index] = f(a, b[index] as number) as number;
  }
  return results;
}

/** Several strings: runs once per combination of distinct values that occurs. */
function applyToCombinations(f: ElementFunction, columns: readonly Column[], count: number, type: NodeType): Elements {
  const strings = columns.filter((column) => column.kind === 'string');
  const known = new Map<number, number>();
  const distinct: Scalar[] = [];
  const codes = new Int32Array(count);
  for (let index = 0; index < count; index++) {
    let combination = 0;
    for (const { codes: own, dictionary } of strings) {
      const code = own[index] as number;
      combination = code < 0 || combination < 0 ? -1 : combination * dictionary.length + code;
    }
    let code = combination < 0 ? -1 : known.get(combination);
    if (code === undefined) {
      code = distinct.length;
      distinct.push(f(...columns.map((column) => elementAt(column, index) as Scalar)));
      known.set(combination, code);
    }
    codes[index] = code;
  }
  if (type.dtype === 'string') return { kind: 'string', codes, dictionary: distinct as string[] };
  const values = newNumbers(type, count);
  for (let index = 0; index < count; index++) {
    const code = codes[index] as number;
    values[index] = code < 0 ? 0 : (distinct[code] as number);
  }
  return { kind: 'number', values };
}

function encodeStrings(count: number, at: (index: number) => string | undefined): Elements {
  const dictionary = new Dictionary();
  const codes = new Int32Array(count);
  for (let index = 0; index < count; index++) {
    const text = at(index);
    codes[index] = text === undefined ? -1 : dictionary.code(text);
  }
  return { kind: 'string', codes, dictionary: dictionary.values };
}

interface RowApplication {
  readonly columns: readonly Column[];
  readonly inputs: readonly GraphNode[];
  readonly node: GraphNode;
  readonly rows: number;
}

function applyToRows(
  { f, nullable }: { readonly f: RowFunction; readonly nullable: boolean },
  { columns, inputs, node, rows }: RowApplication,
): Column {
  const [first] = columns;
  const unchanged = node.operation === 'optional' || node.operation === 'fillMissing';
  if (unchanged && first !== undefined && (node.operation === 'optional' || isFull(first))) return first;
  if (columns.every((column) => column.kind === 'constant')) {
    return { kind: 'constant', value: f(...columns.map((column) => elementAt(column, 0) ?? null)) as Scalar };
  }
  if (node.operation === 'fillMissing' && columns.length === 2) {
    const filled = fillNumbers(columns[0] as Column, columns[1] as Column);
    if (filled !== undefined) return filled;
  }
  const valuesAt = (row: number) => columns.map((column, index) => rowValueAt(column, row, inputs[index]?.shape ?? []));
  return buildColumn(node, rows, (row): RowValue | null => {
    const values = valuesAt(row);
    return !nullable && values.includes(null) ? null : f(...values);
  });
}

function isFull(column: Column): boolean {
  return column.kind === 'constant' || column.present === undefined;
}

/** The frequent case without a detour over rows: single numbers, filled with one number. */
function fillNumbers(column: Column, filling: Column): Column | undefined {
  if (column.kind !== 'number' || filling.kind !== 'constant' || column.present === undefined) return undefined;
  if (column.width !== 1 || column.offsets !== undefined) return undefined;
  const { present } = column;
  const value = filling.value as number;
  const values = column.values.map((one, index) => (present[index] === 1 ? one : value));
  return { kind: 'number', values, width: 1 };
}
