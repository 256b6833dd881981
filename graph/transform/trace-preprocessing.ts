import type { SchemaProto } from '../../formats/schema-proto.js';
import { PipelineError } from '../../errors/pipeline-error.js';
import type { AnalyzerNode, GraphNode, GraphSpec, RawFeature } from './graph-spec.js';
import { describeType, GRAPH_VERSION } from './graph-spec.js';
import { rawFeatures } from './raw-features.js';
import { Traced, Tracer } from './tracer.js';
import { closest } from './transforms/closest.js';
import { makeTransforms } from './transforms/index.js';
import type { AnyPreprocessing, Features } from './user-api.js';

/**
 * Calls a module's `preprocessing` with symbolic features and transforms, and returns the graph that it describes.
 *
 * @throws TRANSFORM_UNKNOWN_FEATURE, TRANSFORM_UNKNOWN_FUNCTION, TRANSFORM_TYPE, TRANSFORM_ARGUMENT, TRANSFORM_OPERATOR,
 *   TRANSFORM_OUTPUT, TRANSFORM_OUTPUT_MAY_BE_MISSING
 */
export async function tracePreprocessing(schema: SchemaProto, preprocessing: AnyPreprocessing): Promise<GraphSpec> {
  const tracer = new Tracer();
  const available = rawFeatures(schema);
  const features = symbolicFeatures(tracer, available);
  const returned: unknown = await preprocessing(features as never, makeTransforms(tracer));
  const outputs = checkOutputs(tracer, returned);
  const outputIds = Object.fromEntries(outputs.map(([name, traced]) => [name, traced.node.id]));
  const { nodes, analyzers } = neededParts(tracer, Object.values(outputIds));
  const used = new Set(nodes.filter(isFeature).map(({ attributes }) => attributes['feature']));
  const read = available.filter(({ name }) => used.has(name));
  return { version: GRAPH_VERSION, features: read, nodes, analyzers, outputs: outputIds };
}

/** What the outputs are computed from, and what is analyzed for them: no unused feature is read. */
function neededParts({ nodes, analyzers }: Tracer, roots: readonly string[]): Pick<GraphSpec, 'nodes' | 'analyzers'> {
  const nodesById = new Map(nodes.map((node) => [node.id, node]));
  const analyzersById = new Map(analyzers.map((analyzer) => [analyzer.id, analyzer]));
  const needed = new Set<string>();
  const open = [...roots];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (needed.has(id)) continue;
    needed.add(id);
    const analyzer = nodesById.get(id)?.analyzer;
    if (analyzer !== undefined) open.push(analyzer);
    open.push(...(nodesById.get(id) ?? (analyzersById.get(id) as AnalyzerNode)).inputs);
  }
  return { nodes: nodes.filter(({ id }) => needed.has(id)), analyzers: analyzers.filter(({ id }) => needed.has(id)) };
}

const isFeature = ({ operation }: GraphNode): boolean => operation === 'feature';

/** An object with every feature of the schema; asking for another is an error, not `undefined`. */
function symbolicFeatures(tracer: Tracer, available: readonly RawFeature[]): Features {
  const made = Object.fromEntries(available.map((feature) => [feature.name, traceFeature(tracer, feature)]));
  return new Proxy(made, {
    get: (target, name) => {
      if (typeof name === 'symbol' || Object.hasOwn(target, name)) return Reflect.get(target, name) as Traced;
      throw unknownFeature(name, Object.keys(target));
    },
  }) as unknown as Features;
}

function traceFeature(tracer: Tracer, { name, dtype, shape, required }: RawFeature): Traced {
  return tracer.apply('feature', [], {
    dtype,
    shape,
    mayBeMissing: !required && shape !== 'ragged',
    attributes: { feature: name },
    label: name,
  });
}

function unknownFeature(name: string, names: readonly string[]): PipelineError {
  const suggestion = closest(name, names);
  const have = names.length <= 20 ? names.join(', ') : `${names.slice(0, 20).join(', ')} and ${names.length - 20} more`;
  return new PipelineError('TRANSFORM_UNKNOWN_FEATURE', {
    what: `preprocessing uses the feature ${JSON.stringify(name)}, which the schema does not have.`,
    why: `The schema has ${have}.`,
    fix:
      suggestion === undefined
        ? 'Use one of these, or add the feature to the schema.'
        : `Did you mean ${JSON.stringify(suggestion)}?`,
    details: { feature: name },
  });
}

function checkOutputs(tracer: Tracer, returned: unknown): [string, Traced][] {
  if (typeof returned !== 'object' || returned === null || returned instanceof Traced || Array.isArray(returned)) {
    throw badOutput(`preprocessing returned ${describeFound(returned)}.`);
  }
  const entries = Object.entries(returned as Record<string, unknown>);
  if (entries.length === 0) throw badOutput('preprocessing returned no features.');
  return entries.map(([name, value]) => [name, checkOutput(tracer, name, value)]);
}

function checkOutput(tracer: Tracer, name: string, value: unknown): Traced {
  if (!(value instanceof Traced))
    throw badOutput(`The output ${JSON.stringify(name)} is ${describeFound(value)}, not a feature.`);
  if (value.node.constant) {
    throw badOutput(`The output ${JSON.stringify(name)}, ${value.label}, is the same number in every row.`);
  }
  if (value.node.mayBeMissing && value.node.operation !== 'optional') {
    throw new PipelineError('TRANSFORM_OUTPUT_MAY_BE_MISSING', {
      what: `The output ${JSON.stringify(name)}, ${value.label} (${describeType(value.node)}), may be missing in some rows: the schema does not require ${missingFeatures(tracer, value).join(', ')}.`,
      details: { output: name, features: missingFeatures(tracer, value) },
    });
  }
  return value.dtype === 'bool' ? tracer.apply('cast', [value], { dtype: 'int64', label: value.label }) : value;
}

/** The optional features that a node is computed from and that nothing fills on the way. */
function missingFeatures(tracer: Tracer, output: Traced): string[] {
  const byId = new Map(tracer.nodes.map((node) => [node.id, node]));
  const open = [output.node];
  const names = new Set<string>();
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (!node.mayBeMissing) continue;
    if (isFeature(node)) names.add(node.attributes['feature'] as string);
    open.push(...node.inputs.map((id) => byId.get(id) as GraphNode));
  }
  return [...names];
}

function badOutput(what: string): PipelineError {
  return new PipelineError('TRANSFORM_OUTPUT', { what });
}

function describeFound(value: unknown): string {
  if (value instanceof Traced) return `one feature, ${value.label}`;
  if (value === null || value === undefined) return String(value);
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
