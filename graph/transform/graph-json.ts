import { PipelineError } from '../../errors/pipeline-error.js';
import type { PerKey, Vocabulary } from './analyzers/fitted.js';
import { binaryFromJson, binaryToJson } from './bytes.js';
import type { FittedGraph } from './fit.js';
import type { AnalyzerNode, GraphSpec, Json } from './graph-spec.js';
import { GRAPH_VERSION } from './graph-spec.js';

/** JSON has no word for these. */
interface NamedNumber {
  readonly number: 'NaN' | 'Infinity' | '-Infinity';
}

type StoredAnalyzer = AnalyzerNode & { readonly fitted: Json };

/**
 * A fitted graph as `graph.json`: constants as float64. The terms of vocabularies are not in it, but in their files.
 */
export function formatGraph({ spec, fitted }: FittedGraph): string {
  const analyzers = spec.analyzers.map((node): StoredAnalyzer => ({
    ...node,
    fitted: encodeFitted(fitted.get(node.id)),
  }));
  return `${JSON.stringify({ ...spec, analyzers }, nameNumbers, 1)}\n`;
}

/**
 * @param terms - the terms of a vocabulary by its file's name.
 * @throws TRANSFORM_GRAPH_UNREADABLE
 */
export function parseGraph(text: string, source: string, terms: (filename: string) => readonly string[]): FittedGraph {
  let json: Omit<GraphSpec, 'version'> & { readonly version: number };
  try {
    json = JSON.parse(text, readNumbers) as typeof json;
  } catch (cause) {
    throw new PipelineError('TRANSFORM_GRAPH_UNREADABLE', { what: `${source} is no JSON.`, cause });
  }
  if (json.version !== GRAPH_VERSION) {
    throw new PipelineError('TRANSFORM_GRAPH_UNREADABLE', {
      what: `${source} has version ${json.version}; this version reads ${GRAPH_VERSION}.`,
    });
  }
  const stored = json.analyzers as readonly StoredAnalyzer[];
  const fitted = new Map(stored.map((node) => [node.id, decodeFitted(node, terms)]));
  return { spec: { ...json, version: GRAPH_VERSION, analyzers: stored.map(withoutFitted) }, fitted };
}

function withoutFitted({ id, analyzer, inputs, attributes }: StoredAnalyzer): AnalyzerNode {
  return { id, analyzer, inputs, attributes };
}

function encodeFitted(value: unknown): Json {
  const { tokens, frequencies } = value as Partial<Vocabulary>;
  if (tokens !== undefined && frequencies !== undefined) return { size: tokens.length, frequencies };
  const { keys, values } = value as Partial<PerKey<Json>>;
  if (keys !== undefined && values !== undefined) return { keys: keys.map(binaryToJson), values };
  return value as Json;
}

function decodeFitted({ attributes, fitted }: StoredAnalyzer, terms: (filename: string) => readonly string[]): unknown {
  const { frequencies, keys, values } = fitted as Partial<Vocabulary & PerKey<Json>>;
  if (frequencies !== undefined) return { tokens: terms(attributes['filename'] as string), frequencies };
  if (keys !== undefined) return { keys: keys.map(binaryFromJson), values };
  return fitted;
}

function nameNumbers(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? { number: String(value) } : value;
}

function readNumbers(_: string, value: unknown): unknown {
  const isNamed = typeof value === 'object' && value !== null && 'number' in value && Object.keys(value).length === 1;
  return isNamed ? Number((value as NamedNumber).number) : value;
}
