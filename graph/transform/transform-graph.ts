import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PipelineError } from '../../errors/pipeline-error.js';
import type { SchemaProto } from '../../formats/schema-proto.js';
import { formatSchema } from '../../formats/schema.js';
import type { GraphBuilder } from '../tensorflow/graph-builder.js';
import type { Vocabulary } from './analyzers/fitted.js';
import { displayBinary } from './bytes.js';
import type { RawTensor, TransformedTensor } from './export-tensorflow.js';
import { exportTransform } from './export-tensorflow.js';
import type { FittedGraph } from './fit.js';
import { formatGraph, parseGraph } from './graph-json.js';
import type { Dtype, GraphNode, RawFeature, Shape } from './graph-spec.js';
import { idRange, type IdRange } from './resolve-shapes.js';
import { compileRow, type RawRow, type TransformedRow } from './row.js';
import { writeTransformFunction } from './transform-function.js';
import { transformedSchema } from './transformed-schema.js';
import { formatVocabularyFile, parseVocabularyFile } from './vocabulary-file.js';

/** The file of our own beside TFT's layout. */
export const GRAPH_FILE = 'graph.json';
/** TFT's folders. */
export const TRANSFORM_FUNCTION = 'transform_fn';
const TRANSFORMED_METADATA = 'transformed_metadata';
const RAW_METADATA = 'metadata';

/** What is known of a transformed feature. */
export interface TransformedFeature {
  readonly name: string;
  readonly dtype: Dtype;
  /** One row's shape. */
  readonly shape: Shape;
  /** Whether rows may lack it: the module returned `optional(…)`. */
  readonly mayBeMissing: boolean;
  /** The ids that it can have, for vocabularies and buckets. */
  readonly ids?: IdRange | undefined;
}

/** A fitted transform graph: the one definition of what a model sees, in training and in serving. */
export interface TransformGraph extends FittedGraph {
  /** The raw features that the graph reads. */
  readonly features: readonly RawFeature[];
  /** In the module's order. */
  readonly outputs: readonly TransformedFeature[];
  /** The terms of an output's vocabulary by id, also through `fillMissing`; undefined when it has none. */
  vocabulary(output: string): readonly string[] | undefined;
  /** Transforms one row, with the same bits as in a batch. */
  transformRow(raw: RawRow): TransformedRow;
  /** Adds the graph's ops to a TensorFlow graph (see `exportTransform`). */
  exportTransform(
    builder: GraphBuilder,
    raw: Readonly<Record<string, RawTensor>>,
    outputs?: readonly string[],
  ): Record<string, TransformedTensor>;
}

/** A fitted graph with all that can be asked of it. */
export function openTransformGraph({ spec, fitted }: FittedGraph): TransformGraph {
  const byId = new Map(spec.nodes.map((node) => [node.id, node]));
  let row: ReturnType<typeof compileRow> | undefined;
  const origin = (output: string): GraphNode | undefined => {
    let node = byId.get(spec.outputs[output] ?? '');
    while (node && ['fillMissing', 'optional'].includes(node.operation)) node = byId.get(node.inputs[0] ?? '');
    return node;
  };
  const fittedOf = (node: GraphNode): unknown => (node.analyzer === undefined ? undefined : fitted.get(node.analyzer));
  const outputs = Object.entries(spec.outputs).map(([name, id]): TransformedFeature => {
    const { dtype, shape, mayBeMissing, operation } = byId.get(id) as GraphNode;
    const source = origin(name) as GraphNode;
    const counted = ['applyVocabulary', 'applyBuckets', 'bucketizePerKey'].includes(source.operation);
    const ids = counted ? idRange(source.attributes, fittedOf(source)) : undefined;
    return { name, dtype, shape, mayBeMissing: mayBeMissing && operation === 'optional', ids };
  });
  return {
    spec,
    fitted,
    features: spec.features,
    outputs,
    vocabulary: (output) => {
      const node = origin(output);
      const value = node?.operation === 'applyVocabulary' ? (fittedOf(node) as Vocabulary) : undefined;
      return value?.tokens.map(displayBinary);
    },
    transformRow: (raw) => (row ??= compileRow(spec, fitted))(raw),
    exportTransform: (builder, raw, names) => exportTransform({ spec, fitted }, builder, raw, names),
  };
}

/**
 * Reads the payload of a TransformGraph artifact.
 *
 * @throws TRANSFORM_GRAPH_UNREADABLE
 */
export async function loadTransformGraph(folder: string): Promise<TransformGraph> {
  const file = path.join(folder, GRAPH_FILE);
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new PipelineError('TRANSFORM_GRAPH_UNREADABLE', { what: `${file} can not be read.`, cause });
  });
  const terms = (filename: string): string[] => {
    const vocabularyFile = path.join(folder, TRANSFORM_FUNCTION, 'assets', path.basename(filename));
    try {
      return parseVocabularyFile(readFileSync(vocabularyFile));
    } catch (cause) {
      throw new PipelineError('TRANSFORM_GRAPH_UNREADABLE', { what: `${vocabularyFile} can not be read.`, cause });
    }
  };
  return openTransformGraph(parseGraph(text, file, terms));
}

/** Writes the payload of a TransformGraph artifact in TFT's layout, and `graph.json`. */
export async function saveTransformGraph(folder: string, graph: TransformGraph, schema: SchemaProto): Promise<void> {
  const assets = path.join(folder, TRANSFORM_FUNCTION, 'assets');
  for (const name of [RAW_METADATA, TRANSFORMED_METADATA, path.join(TRANSFORM_FUNCTION, 'assets')]) {
    await mkdir(path.join(folder, name), { recursive: true });
  }
  const files = vocabularyFiles(graph);
  for (const [filename, tokens] of files) await writeFile(path.join(assets, filename), formatVocabularyFile(tokens));
  await writeTransformFunction(path.join(folder, TRANSFORM_FUNCTION), graph);
  await writeFile(path.join(folder, GRAPH_FILE), formatGraph(graph));
  await writeFile(path.join(folder, RAW_METADATA, 'schema.pbtxt'), formatSchema(schema));
  await writeFile(path.join(folder, TRANSFORMED_METADATA, 'schema.pbtxt'), formatSchema(transformedSchema(graph)));
  const assetMap = Object.fromEntries([...files.keys()].map((filename) => [filename, filename]));
  await writeFile(path.join(folder, TRANSFORMED_METADATA, 'asset_map'), JSON.stringify(assetMap));
}

/** The terms of each vocabulary by its file's name in `assets/`. */
export function vocabularyFiles({ spec, fitted }: FittedGraph): Map<string, readonly string[]> {
  return new Map(
    spec.analyzers.flatMap(({ id, attributes }): [string, readonly string[]][] => {
      const { tokens } = fitted.get(id) as Partial<Vocabulary>;
      return tokens === undefined ? [] : [[attributes['filename'] as string, tokens]];
    }),
  );
}
