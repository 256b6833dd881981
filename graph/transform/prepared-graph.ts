import { PipelineError } from '../../errors/pipeline-error.js';
import type { GraphNode, GraphSpec } from './graph-spec.js';
import { findOperation } from './operations/index.js';
import { resolveShapes } from './resolve-shapes.js';
import type { ElementFunction, Operation, RowFunction } from './operations/operation.js';

/** Fitted values by analyzer id. */
export type FittedValues = ReadonlyMap<string, unknown>;

/** A node with its operation's function, ready to run. */
export interface PreparedNode {
  readonly node: GraphNode;
  readonly inputs: readonly GraphNode[];
  /** Undefined for a raw feature. */
  readonly run:
    | { readonly level: 'element'; readonly f: ElementFunction }
    | { readonly level: 'row'; readonly nullable: boolean; readonly f: RowFunction }
    | undefined;
}

/** The nodes that `roots` need, in order, as functions. Analyzers that they use must be fitted. */
export function prepareGraph(spec: GraphSpec, fitted: FittedValues, roots: readonly string[]): PreparedNode[] {
  const { nodes } = resolveShapes(spec, fitted);
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const needed = reachable(byId, roots);
  return nodes.filter(({ id }) => needed.has(id)).map((node) => prepareNode(node, byId, fitted));
}

/** The ids of all nodes from which `roots` are computed. */
export function reachable(byId: ReadonlyMap<string, GraphNode>, roots: readonly string[]): Set<string> {
  const found = new Set<string>();
  const open = [...roots];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    open.push(...(byId.get(id)?.inputs ?? []));
  }
  return found;
}

/** The operation of a node. @throws TRANSFORM_GRAPH_UNREADABLE for a name that this version does not know. */
export function operationOf(node: GraphNode): Operation {
  const operation = findOperation(node.operation);
  if (operation !== undefined) return operation;
  throw new PipelineError('TRANSFORM_GRAPH_UNREADABLE', {
    what: `The transform graph uses the operation "${node.operation}", which this version does not know.`,
    details: { operation: node.operation },
  });
}

function prepareNode(node: GraphNode, byId: ReadonlyMap<string, GraphNode>, fitted: FittedValues): PreparedNode {
  const inputs = node.inputs.map((id) => byId.get(id) as GraphNode);
  if (node.operation === 'feature') return { node, inputs, run: undefined };
  const operation = operationOf(node);
  const value = node.analyzer === undefined ? undefined : fitted.get(node.analyzer);
  const context = { type: node, inputs, attributes: node.attributes, fitted: value };
  const run =
    operation.level === 'element'
      ? ({ level: 'element', f: operation.prepare(context) } as const)
      : ({ level: 'row', nullable: operation.nullable ?? false, f: operation.prepare(context) } as const);
  return { node, inputs, run };
}
