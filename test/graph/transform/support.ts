import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { SchemaProto } from '../../../formats/schema-proto.js';
import { openSavedModel } from '../../../graph/tensorflow/saved-model-session.js';
import type { Batch } from '../../../graph/transform/batch.js';
import { runBatch } from '../../../graph/transform/batch.js';
import { binaryToBytes, fromBinary, toBinary } from '../../../graph/transform/bytes.js';
import type { Column, RowValue, Scalar } from '../../../graph/transform/columns.js';
import { buildColumn, rowValueAt } from '../../../graph/transform/columns.js';
import { fitGraph } from '../../../graph/transform/fit.js';
import type { RawFeature } from '../../../graph/transform/graph-spec.js';
import { prepareGraph } from '../../../graph/transform/prepared-graph.js';
import type { RawRow, RawScalar, TransformedScalar } from '../../../graph/transform/row.js';
import { tracePreprocessing } from '../../../graph/transform/trace-preprocessing.js';
import { writeDenseTransform } from './dense-transform.js';
import { openTransformGraph, type TransformGraph } from '../../../graph/transform/transform-graph.js';
import type { AnyPreprocessing } from '../../../graph/transform/user-api.js';

export type Cell = TransformedScalar | readonly TransformedScalar[] | null;

/** Rows as the columns that the batch path takes. */
export function batchOf(features: readonly RawFeature[], rows: readonly RawRow[]): Batch {
  const columns = features.map((feature): [string, Column] => {
    const type = { ...feature, mayBeMissing: !feature.required, constant: false };
    return [feature.name, buildColumn(type, rows.length, (row) => rawValue(feature, rows[row]?.[feature.name]))];
  });
  return { rows: rows.length, columns: new Map(columns) };
}

function rawValue(feature: RawFeature, value: RawRow[string]): RowValue | null {
  if (value === null || value === undefined) return feature.shape === 'ragged' ? [] : null;
  return Array.isArray(value)
    ? value.map((one: RawScalar) => scalar(feature, one))
    : scalar(feature, value as RawScalar);
}

function scalar(feature: RawFeature, value: RawScalar): Scalar {
  if (feature.dtype === 'string') return toBinary(value as string | Uint8Array);
  return feature.dtype === 'float32' ? Math.fround(Number(value)) : Number(value);
}

/** Traces and fits on rows in memory, a few rows per batch. */
export async function fitRows(
  schema: SchemaProto,
  preprocessing: AnyPreprocessing,
  rows: readonly RawRow[],
  batchRows = 3,
): Promise<TransformGraph> {
  const spec = await tracePreprocessing(schema, preprocessing);
  async function* source(names: readonly string[]): AsyncGenerator<Batch> {
    const features = spec.features.filter(({ name }) => names.includes(name));
    for (let from = 0; from < rows.length; from += batchRows) {
      yield await Promise.resolve(batchOf(features, rows.slice(from, from + batchRows)));
    }
  }
  return openTransformGraph(await fitGraph(spec, source));
}

/** Every output of every row, through the batch path. */
export function transformInBatch(graph: TransformGraph, rows: readonly RawRow[]): Record<string, Cell>[] {
  const ids = Object.values(graph.spec.outputs);
  const results = runBatch(prepareGraph(graph.spec, graph.fitted, ids), batchOf(graph.features, rows));
  return rows.map((_, row) =>
    Object.fromEntries(
      graph.outputs.map(({ name, shape }) => {
        const value = rowValueAt(results.get(graph.spec.outputs[name] as string) as Column, row, shape);
        return [name, toCell(value)];
      }),
    ),
  );
}

function toCell(value: RowValue | null): Cell {
  const plain = (one: Scalar): TransformedScalar => (typeof one === 'string' ? fromBinary(one) : one);
  if (value === null) return null;
  return typeof value === 'object' ? value.map(plain) : plain(value);
}

/** Every output of every row, through libtensorflow. */
export async function transformInTensorFlow(
  graph: TransformGraph,
  rows: readonly RawRow[],
): Promise<Record<string, Cell>[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tfx-transform-'));
  try {
    await writeDenseTransform(folder, graph);
    const session = await openSavedModel(folder);
    const found = session.predict(feeds(graph, rows));
    session.dispose();
    return rows.map((_, row) =>
      Object.fromEntries(graph.outputs.map(({ name, shape }) => [name, cellOf(found, name, shape, row)])),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function feeds(graph: TransformGraph, rows: readonly RawRow[]): Record<string, { shape: number[]; values: never[] }> {
  const batch = batchOf(graph.features, rows);
  return Object.fromEntries(
    graph.features.flatMap((feature) => {
      const column = batch.columns.get(feature.name) as Exclude<Column, { kind: 'constant' }>;
      const values =
        column.kind === 'number'
          ? [...column.values]
          : [...column.codes].map((code) => binaryToBytes(column.dictionary[code] ?? ''));
      const given: [string, unknown[]][] = [[feature.name, values]];
      if (feature.shape === 'ragged') given.push([`${feature.name}/row_splits`, [...(column.offsets ?? [])]]);
      else if (!feature.required) {
        given.push([`${feature.name}/present`, rows.map((_, row) => column.present?.[row] !== 0)]);
      }
      return given.map(([name, list]) => [name, { shape: [list.length], values: list as never[] }]);
    }),
  );
}

type Found = Readonly<Record<string, { readonly values: ArrayLike<unknown> }>>;

function cellOf(found: Found, name: string, shape: readonly number[] | 'ragged', row: number): Cell {
  const values = found[name]?.values as ArrayLike<unknown>;
  const present = found[`${name}/present`]?.values[row];
  if (present !== undefined && Number(present) === 0) return null;
  const plain = (value: unknown): TransformedScalar =>
    value instanceof Uint8Array ? fromBinary(toBinary(value)) : Number(value);
  const splits = found[`${name}/row_splits`]?.values;
  const width = shape === 'ragged' ? 0 : (shape[0] ?? 1);
  const from = splits ? Number(splits[row]) : row * width;
  const to = splits ? Number(splits[row + 1]) : from + width;
  const cells = Array.from({ length: to - from }, (_, index) => plain(values[from + index]));
  return shape !== 'ragged' && shape.length === 0 ? (cells[0] as TransformedScalar) : cells;
}
