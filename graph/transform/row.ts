import { PipelineError } from '../../errors/pipeline-error.js';
import { fromBinary, toBinary } from './bytes.js';
import type { RowValue, Scalar } from './columns.js';
import type { GraphNode, GraphSpec, RawFeature } from './graph-spec.js';
import type { ElementFunction } from './operations/operation.js';
import type { FittedValues, PreparedNode } from './prepared-graph.js';
import { prepareGraph } from './prepared-graph.js';

/** One raw value as callers have it. A missing one is null, undefined or left out. */
export type RawScalar = number | bigint | string | Uint8Array | boolean;
export type RawRow = Readonly<Record<string, RawScalar | readonly RawScalar[] | null | undefined>>;

/** One transformed value: bytes that are no UTF-8 text come as a Uint8Array. */
export type TransformedScalar = number | string | Uint8Array;
export type TransformedRow = Readonly<Record<string, TransformedScalar | readonly TransformedScalar[] | null>>;

/** The graph as a function of one row: the same operations as in batches, so the same bits. */
export function compileRow(spec: GraphSpec, fitted: FittedValues): (raw: RawRow) => TransformedRow {
  const outputs = Object.entries(spec.outputs);
  const prepared = prepareGraph(spec, fitted, Object.values(spec.outputs));
  const features = new Map(spec.features.map((feature) => [feature.name, feature]));
  return (raw) => {
    const values = new Map<string, RowValue | null>();
    for (const step of prepared)
      values.set(step.node.id, step.run ? runStep(step, values) : readRaw(step.node, features, raw));
    return Object.fromEntries(outputs.map(([name, id]) => [name, toTransformed(values.get(id) ?? null)]));
  };
}

function runStep({ node, run }: PreparedNode, values: ReadonlyMap<string, RowValue | null>): RowValue | null {
  const inputs = node.inputs.map((id) => values.get(id) ?? null);
  if (run === undefined) return null;
  if (run.level === 'row') return !run.nullable && inputs.includes(null) ? null : run.f(...inputs);
  return inputs.includes(null) ? null : applyToElements(run.f, inputs as RowValue[]);
}

/** Elements of vectors and lists one by one; scalars beside them stay. */
function applyToElements(f: ElementFunction, inputs: readonly RowValue[]): RowValue {
  const list = inputs.find((input) => typeof input === 'object');
  if (list === undefined) return f(...(inputs as readonly Scalar[]));
  return Array.from(list, (_, index) =>
    f(...inputs.map((input) => (typeof input === 'object' ? (input[index] as Scalar) : input))),
  );
}

function readRaw(node: GraphNode, features: ReadonlyMap<string, RawFeature>, raw: RawRow): RowValue | null {
  const feature = features.get(node.attributes['feature'] as string) as RawFeature;
  const value = raw[feature.name];
  if (value === null || value === undefined) return feature.shape === 'ragged' ? [] : null;
  if (feature.shape === 'ragged') {
    const list = Array.isArray(value) ? (value as readonly RawScalar[]) : [value as RawScalar];
    return list.map((one) => rawScalar(feature, one));
  }
  if (!Array.isArray(value)) return rawScalar(feature, value as RawScalar);
  const [only, ...others] = value as readonly RawScalar[];
  if (others.length > 0) refuse(feature, value);
  return only === undefined ? null : rawScalar(feature, only);
}

function rawScalar(feature: RawFeature, value: RawScalar): Scalar {
  if (feature.dtype === 'string') {
    return typeof value === 'string' || value instanceof Uint8Array ? toBinary(value) : refuse(feature, value);
  }
  if (typeof value === 'string' || value instanceof Uint8Array) return refuse(feature, value);
  const number = Number(value);
  if (feature.dtype === 'float32') return Math.fround(number);
  return Number.isSafeInteger(number) ? number : refuse(feature, value);
}

function refuse(feature: RawFeature, value: unknown): never {
  throw new PipelineError('TRANSFORM_ROW_VALUE', {
    what: `Feature ${JSON.stringify(feature.name)} is ${feature.dtype} in the schema; the row has ${typeof value} ${String(value).slice(0, 80)}.`,
    details: { feature: feature.name, dtype: feature.dtype },
  });
}

function toTransformed(value: RowValue | null): TransformedScalar | readonly TransformedScalar[] | null {
  if (value === null || typeof value === 'number') return value;
  return typeof value === 'string'
    ? fromBinary(value)
    : value.map((one) => (typeof one === 'string' ? fromBinary(one) : one));
}
