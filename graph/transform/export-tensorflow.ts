import type { GraphBuilder, TensorName } from '../tensorflow/graph-builder.js';
import type { EmittedValue } from './emission.js';
import { Emission } from './emission.js';
import type { FittedGraph } from './fit.js';
import type { Dtype, GraphNode, Shape } from './graph-spec.js';
import { operationOf, reachable } from './prepared-graph.js';

/** A raw feature in a TensorFlow graph. */
export interface RawTensor {
  /** `[batch]`: float32, int64 or string; anything where missing. For lists, the flat values of all rows. */
  readonly value: TensorName;
  /** bool `[batch]`; left out where every row has the feature. */
  readonly present?: TensorName | undefined;
  /** int64 `[batch + 1]`, for lists. */
  readonly rowSplits?: TensorName | undefined;
}

/** A transformed feature in a TensorFlow graph. */
export interface TransformedTensor {
  /** `[batch]`, `[batch, n]` for vectors; the flat values of all rows for lists. */
  readonly tensor: TensorName;
  readonly dtype: Dtype;
  /** One row's shape. */
  readonly shape: Shape;
  /** bool `[batch]`, where the output may be missing. */
  readonly present?: TensorName | undefined;
  /** int64 `[batch + 1]`, for lists. */
  readonly rowSplits?: TensorName | undefined;
}

/**
 * Adds the fitted graph's ops to a TensorFlow graph. Vocabularies become tables that are filled from `assets/` when the
 * graph is loaded.
 *
 * @param raw - every raw feature that the outputs need, by name.
 * @param outputs - which outputs; all by default.
 */
export function exportTransform(
  { spec, fitted }: FittedGraph,
  builder: GraphBuilder,
  raw: Readonly<Record<string, RawTensor>>,
  outputs: readonly string[] = Object.keys(spec.outputs),
): Record<string, TransformedTensor> {
  const byId = new Map(spec.nodes.map((node) => [node.id, node]));
  const assets = new Map(
    spec.analyzers.map(({ id, attributes }) => [id, attributes['filename'] as string | undefined]),
  );
  const roots = outputs.map((name) => [name, spec.outputs[name] as string] as const);
  const needed = reachable(
    byId,
    roots.map(([, id]) => id),
  );
  const emitted = new Map<string, EmittedValue>();
  const emit = (node: GraphNode): EmittedValue => {
    if (node.operation === 'feature') return readRaw(node, raw);
    const inputs = node.inputs.map((id) => emitted.get(id) as EmittedValue);
    const facts = {
      inputs,
      inputTypes: node.inputs.map((id) => byId.get(id) as GraphNode),
      type: node,
      attributes: node.attributes,
      fitted: node.analyzer === undefined ? undefined : fitted.get(node.analyzer),
      asset: node.analyzer === undefined ? undefined : assets.get(node.analyzer),
    };
    return emitNode(node, new Emission(builder, facts));
  };
  builder.scope('transform', () => {
    for (const node of spec.nodes) if (needed.has(node.id)) emitted.set(node.id, emit(node));
  });
  return Object.fromEntries(
    roots.map(([name, id]) => {
      const { dtype, shape } = byId.get(id) as GraphNode;
      return [name, { ...(emitted.get(id) as EmittedValue), dtype, shape }];
    }),
  );
}

function readRaw(node: GraphNode, raw: Readonly<Record<string, RawTensor>>): EmittedValue {
  const name = node.attributes['feature'] as string;
  const tensor = raw[name];
  if (tensor === undefined) throw new TypeError(`exportTransform needs the raw feature ${JSON.stringify(name)}.`);
  return { tensor: tensor.value, present: tensor.present, rowSplits: tensor.rowSplits };
}

/** Elementwise results, and rows that need all inputs, are present where every input is. */
function emitNode(node: GraphNode, emission: Emission): EmittedValue {
  const operation = operationOf(node);
  const result = operation.tensorflow(emission);
  const { tensor, present, rowSplits } =
    typeof result === 'string' ? { tensor: result } : { present: undefined, ...result };
  if (operation.level === 'row' && operation.nullable === true) return { tensor, present, rowSplits };
  const inherited =
    operation.level === 'element' ? emission.values.find((value) => value.rowSplits !== undefined) : undefined;
  return {
    tensor,
    present: emission.allPresent(emission.values.map((value) => value.present)),
    rowSplits: rowSplits ?? inherited?.rowSplits,
  };
}
