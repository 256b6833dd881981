import { float32Text } from './json.js';
import type { RequestFormat } from './predict-request.js';
import { invalidArgument } from './serving-error.js';
import { sizeOf, type Results, type ResultTensor } from './tensor.js';

/** The body of a `:predict` answer: `predictions` for rows, `outputs` for columns. A single output has no name. */
export function predictResponse(results: Results, format: RequestFormat): string {
  const entries = Object.entries(results).sort(([a], [b]) => (a < b ? -1 : 1));
  return format === 'row' ? rowResponse(entries) : columnarResponse(entries);
}

type Entries = readonly (readonly [string, ResultTensor])[];

function rowResponse(entries: Entries): string {
  const rows = batchSize(entries);
  const columns = entries.map(([name, tensor]) => {
    const [, ...shape] = tensor.shape;
    const write = writerOf(name, tensor);
    const size = sizeOf(shape);
    return { name: JSON.stringify(name), text: (row: number) => nested(shape, 0, row * size, write) };
  });
  const predictions = Array.from({ length: rows }, (_, row) => {
    if (columns.length === 1) return columns[0]?.text(row);
    return `{${columns.map(({ name, text }) => `${name}: ${text(row)}`).join(', ')}}`;
  });
  return `{\n    "predictions": [${predictions.join(', ')}]\n}`;
}

function batchSize(entries: Entries): number {
  let rows: number | undefined;
  for (const [name, { shape }] of entries) {
    if (shape.length === 0) throw invalidArgument(`Tensor name: ${name} has no shape information `);
    rows ??= shape[0];
    if (rows !== shape[0]) {
      throw invalidArgument(`Tensor name: ${name} has inconsistent batch size: ${shape[0]} expecting: ${rows}`);
    }
  }
  return rows ?? 0;
}

function columnarResponse(entries: Entries): string {
  const texts = entries.map(([name, tensor]) => {
    const text = nested(tensor.shape, 0, 0, writerOf(name, tensor));
    return entries.length === 1 ? text : `${JSON.stringify(name)}: ${text}`;
  });
  return `{\n    "outputs": ${entries.length === 1 ? texts.join('') : `{${texts.join(', ')}}`}\n}`;
}

/** The values of a tensor from `offset` on, in lists as deep as its shape. */
function nested(shape: readonly number[], level: number, offset: number, write: (index: number) => string): string {
  if (level === shape.length) return write(offset);
  const step = sizeOf(shape.slice(level + 1));
  const items = Array.from({ length: shape[level] as number }, (_, i) =>
    nested(shape, level + 1, offset + i * step, write),
  );
  return `[${items.join(', ')}]`;
}

function writerOf(name: string, { dtype, values }: ResultTensor): (index: number) => string {
  switch (dtype) {
    case 'float32':
      return (index) => float32Text(values[index] as number);
    case 'string':
      return name.endsWith('_bytes')
        ? (index) => `{"b64": "${Buffer.from(values[index] as Uint8Array).toString('base64')}"}`
        : (index) => JSON.stringify(Buffer.from(values[index] as Uint8Array).toString('utf8'));
    case 'bool':
      return (index) => String(values[index] !== 0);
    default:
      return (index) => String(values[index]);
  }
}
