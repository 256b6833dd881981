import type { PerKey, Quantiles, Vocabulary } from './analyzers/fitted.js';
import type { Attributes, GraphNode, GraphSpec, Json, Shape } from './graph-spec.js';
import { widthOf } from './graph-spec.js';
import type { FittedValues } from './prepared-graph.js';
import { vocabularyLines } from './vocabulary-file.js';

/** The ids that an output can have, both bounds included. */
export interface IdRange {
  readonly min: number;
  readonly max: number;
}

/** The ids that a vocabulary, buckets or a hash give, from the node's attributes and its analyzer's fitted value. */
export function idRange(attributes: Attributes, fitted: unknown): IdRange | undefined {
  const fixed = attributes['boundaries'] as readonly number[] | undefined;
  const numBuckets = attributes['numBuckets'] as number | undefined;
  if (fixed !== undefined) return { min: 0, max: fixed.length };
  if (fitted === undefined) return numBuckets === undefined ? undefined : { min: 0, max: numBuckets - 1 };
  const { boundaries } = fitted as Partial<Quantiles>;
  if (boundaries !== undefined) return { min: 0, max: boundaries.length };
  const { values } = fitted as Partial<PerKey<Quantiles>>;
  if (values !== undefined) return { min: 0, max: Math.max(0, ...values.map((one) => one.boundaries.length)) };
  const tokens = (fitted as Partial<Vocabulary>).tokens;
  return tokens === undefined ? undefined : vocabularyRange(tokens, attributes);
}

/** TFT's: from the default to the last id, or to the last bucket. */
function vocabularyRange(tokens: readonly string[], attributes: Attributes): IdRange {
  const size = vocabularyLines(tokens).length;
  const numOovBuckets = attributes['numOovBuckets'] as number;
  const defaultValue = attributes['defaultValue'] as number;
  if (numOovBuckets > 0) return { min: Math.min(0, defaultValue + 1), max: size + numOovBuckets - 1 };
  return { min: Math.min(0, defaultValue), max: Math.max(size - 1, defaultValue) };
}

/** Gives vectors whose size follows from the data their size. Shapes of a fitted graph are all known. */
export function resolveShapes(spec: GraphSpec, fitted: FittedValues): GraphSpec {
  const resolved = new Map<string, GraphNode>();
  for (const node of spec.nodes) {
    const inputs = node.inputs.map((id) => resolved.get(id) as GraphNode);
    resolved.set(node.id, resolveNode(node, inputs, fitted));
  }
  return { ...spec, nodes: [...resolved.values()] };
}

function resolveNode(node: GraphNode, inputs: readonly GraphNode[], fitted: FittedValues): GraphNode {
  if (node.shape === 'ragged' || !node.shape.includes(-1)) return node;
  if (node.operation === 'oneHot' || node.operation === 'multiHot') {
    const value = node.analyzer === undefined ? undefined : fitted.get(node.analyzer);
    if (node.analyzer !== undefined && value === undefined) return node;
    const depth = (idRange(node.attributes, value)?.max ?? 0) + 1;
    return withShape(node, [depth], { depth });
  }
  if (inputs.some(({ shape }) => shape !== 'ragged' && shape.includes(-1))) return node;
  if (node.operation === 'concat') return withShape(node, [inputs.reduce((sum, { shape }) => sum + widthOf(shape), 0)]);
  return withShape(node, inputs.find(({ constant }) => !constant)?.shape ?? []);
}

function withShape(node: GraphNode, shape: Shape, attributes: Readonly<Record<string, Json>> = {}): GraphNode {
  return { ...node, shape, attributes: { ...node.attributes, ...attributes } };
}
