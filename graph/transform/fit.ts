import { PipelineError } from '../../errors/pipeline-error.js';
import { findAnalyzer } from './analyzers/index.js';
import type { Analyzer } from './analyzers/analyzer.js';
import type { Batch } from './batch.js';
import { runBatch } from './batch.js';
import type { Column } from './columns.js';
import type { AnalyzerNode, GraphNode, GraphSpec } from './graph-spec.js';
import type { FittedValues } from './prepared-graph.js';
import { prepareGraph, reachable } from './prepared-graph.js';
import { resolveShapes } from './resolve-shapes.js';

/** All batches of the data to analyze, from the start, each time it is called: one pass per phase. */
export type BatchSource = (features: readonly string[]) => AsyncIterable<Batch>;

export interface FitOptions {
  readonly onRows?: (rows: number, phase: number) => void;
  readonly signal?: AbortSignal;
}

/** A graph with every analyzer's answer, ready to transform. */
export interface FittedGraph {
  readonly spec: GraphSpec;
  readonly fitted: FittedValues;
}

/**
 * Fits the analyzers phase by phase: one pass over the data answers all analyzers whose inputs are known; those that look
 * at results of others wait for a later pass.
 */
export async function fitGraph(spec: GraphSpec, source: BatchSource, options: FitOptions = {}): Promise<FittedGraph> {
  const fitted = new Map<string, unknown>();
  for (let phase = 1, ready = readyAnalyzers(spec, fitted); ready.length > 0; phase++) {
    await runPhase(spec, ready, fitted, source, { ...options, phase });
    ready = readyAnalyzers(spec, fitted);
  }
  return { spec: resolveShapes(spec, fitted), fitted };
}

/** The analyzers that are not fitted yet and look at nothing that waits for another analyzer. */
function readyAnalyzers(spec: GraphSpec, fitted: FittedValues): AnalyzerNode[] {
  const byId = new Map(spec.nodes.map((node) => [node.id, node]));
  return spec.analyzers.filter(({ id, inputs }) => {
    if (fitted.has(id)) return false;
    const upstream = [...reachable(byId, inputs)].map((nodeId) => byId.get(nodeId) as GraphNode);
    return upstream.every(({ analyzer }) => analyzer === undefined || fitted.has(analyzer));
  });
}

/** An analyzer of the graph with its running state. */
interface Running {
  readonly node: AnalyzerNode;
  readonly analyzer: Analyzer;
  readonly state: unknown;
}

async function runPhase(
  spec: GraphSpec,
  ready: readonly AnalyzerNode[],
  fitted: Map<string, unknown>,
  source: BatchSource,
  { onRows, signal, phase }: FitOptions & { readonly phase: number },
): Promise<void> {
  const running = ready.map((node): Running => {
    const analyzer = analyzerOf(node);
    return { node, analyzer, state: analyzer.create(node.attributes) };
  });
  const roots = ready.flatMap(({ inputs }) => inputs);
  const prepared = prepareGraph(spec, fitted, roots);
  let rows = 0;
  for await (const batch of source(featuresOf(spec, roots))) {
    signal?.throwIfAborted();
    const columns = runBatch(prepared, batch);
    for (const { node, analyzer, state } of running) {
      analyzer.add(
        state,
        node.inputs.map((id) => columns.get(id) as Column),
        batch.rows,
      );
    }
    rows += batch.rows;
    onRows?.(rows, phase);
  }
  for (const { node, analyzer, state } of running) fitted.set(node.id, analyzer.finish(state, node.attributes));
}

/** The raw features that some nodes are computed from. */
export function featuresOf(spec: GraphSpec, roots: readonly string[]): string[] {
  const needed = reachable(new Map(spec.nodes.map((node) => [node.id, node])), roots);
  return spec.nodes
    .filter(({ id, operation }) => operation === 'feature' && needed.has(id))
    .map(({ attributes }) => attributes['feature'] as string);
}

/** @throws TRANSFORM_GRAPH_UNREADABLE for a name that this version does not know. */
function analyzerOf({ analyzer }: AnalyzerNode): Analyzer {
  const found = findAnalyzer(analyzer);
  if (found !== undefined) return found;
  throw new PipelineError('TRANSFORM_GRAPH_UNREADABLE', {
    what: `The transform graph uses the analyzer "${analyzer}", which this version does not know.`,
    details: { analyzer },
  });
}
