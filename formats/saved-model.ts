import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PipelineError } from '../errors/pipeline-error.js';
import {
  DATA_TYPES,
  SavedModelProto,
  shapeValue,
  type CollectionDef,
  type DType,
  type MetaGraphDef,
  type NodeDef,
  type SaverDef,
  type Shape,
  type SignatureDef,
  type TensorInfo,
} from './protobuf/tensorflow.js';

/** A tensor that a signature takes or gives. */
export interface SignatureTensor {
  /** The graph's tensor, `node` or `node:1`. */
  readonly tensor: string;
  readonly dtype: DType;
  /** Undefined: unknown rank. */
  readonly shape?: Shape | undefined;
  /** A sparse tensor: `tensor` holds its values. */
  readonly sparse?: { readonly indices: string; readonly denseShape: string } | undefined;
}

export interface Signature {
  readonly inputs: Readonly<Record<string, SignatureTensor>>;
  readonly outputs: Readonly<Record<string, SignatureTensor>>;
}

/** A file that the graph reads when it is loaded, e.g. a vocabulary. */
export interface Asset {
  /** The string constant that the loader feeds with the file's path. */
  readonly tensor: string;
  /** Name of the file in `assets/`. */
  readonly filename: string;
  readonly content: Uint8Array;
}

export interface SavedModelParts {
  readonly nodes: readonly NodeDef[];
  readonly signatures: Readonly<Record<string, Signature>>;
  readonly saver?: SaverDef | undefined;
  readonly collections?: Readonly<Record<string, CollectionDef>>;
  readonly assets?: readonly Asset[];
  /** Default: `['serve']`. */
  readonly tags?: readonly string[];
}

/** The oldest TensorFlow whose ops we use; also the graph version that it writes. */
const TENSORFLOW_VERSION = '2.15.1';
const GRAPH_VERSION = 1645;

/**
 * Writes `saved_model.pb` and `assets/` of a SavedModel. The same parts give the same bytes: protobuf maps are
 * written in the order of their sorted keys. Variables are written beside it (`graph/tensorflow/variables.ts`).
 */
export async function writeSavedModel(folder: string, parts: SavedModelParts): Promise<void> {
  await mkdir(folder, { recursive: true });
  const assets = parts.assets ?? [];
  if (assets.length > 0) await mkdir(join(folder, 'assets'), { recursive: true });
  for (const asset of assets) await writeFile(join(folder, 'assets', asset.filename), asset.content);
  await writeFile(join(folder, 'saved_model.pb'), encodeSavedModel(parts));
}

/** The bytes of `saved_model.pb`. */
export function encodeSavedModel(parts: SavedModelParts): Uint8Array {
  const metaGraph: MetaGraphDef = {
    meta_info_def: { tags: parts.tags ?? ['serve'], tensorflow_version: TENSORFLOW_VERSION },
    graph_def: {
      node: parts.nodes.map((node) => ({ ...node, attr: sorted(node.attr, (value) => value) })),
      versions: { producer: GRAPH_VERSION },
    },
    ...(parts.saver ? { saver_def: parts.saver } : {}),
    collection_def: sorted(parts.collections ?? {}, (value) => value),
    signature_def: sorted(parts.signatures, signatureDef),
    asset_file_def: (parts.assets ?? []).map((asset) => ({
      tensor_info: { name: endpoint(asset.tensor), dtype: DATA_TYPES.string },
      filename: asset.filename,
    })),
  };
  const model = { saved_model_schema_version: 1, meta_graphs: [metaGraph] };
  const problem = SavedModelProto.verify(model);
  if (problem !== null) throw new TypeError(`SavedModel: ${problem}`);
  return SavedModelProto.encode(SavedModelProto.create(model)).finish();
}

/** What `saved_model.pb` says of its signatures and graph. MODEL_UNREADABLE when it is missing or no SavedModel. */
export async function readSavedModel(folder: string): Promise<MetaGraphDef> {
  const file = join(folder, 'saved_model.pb');
  let metaGraph: MetaGraphDef | undefined;
  try {
    const model = SavedModelProto.decode(await readFile(file));
    const plain = SavedModelProto.toObject(model, { longs: Number, defaults: true });
    metaGraph = (plain as { meta_graphs: MetaGraphDef[] }).meta_graphs.find((graph) =>
      graph.meta_info_def.tags.includes('serve'),
    );
  } catch (cause) {
    throw new PipelineError('MODEL_UNREADABLE', { what: `${file} cannot be read as a SavedModel.`, cause });
  }
  if (metaGraph) return metaGraph;
  throw new PipelineError('MODEL_UNREADABLE', { what: `${file} holds no graph with the tag "serve".` });
}

function signatureDef(signature: Signature): SignatureDef {
  return {
    inputs: sorted(signature.inputs, tensorInfo),
    outputs: sorted(signature.outputs, tensorInfo),
    method_name: 'tensorflow/serving/predict',
  };
}

function tensorInfo({ tensor, dtype, shape, sparse }: SignatureTensor): TensorInfo {
  const facts = { dtype: DATA_TYPES[dtype], tensor_shape: shapeValue(shape) };
  if (!sparse) return { name: endpoint(tensor), ...facts };
  const coo_sparse = {
    values_tensor_name: endpoint(tensor),
    indices_tensor_name: endpoint(sparse.indices),
    dense_shape_tensor_name: endpoint(sparse.denseShape),
  };
  return { ...facts, coo_sparse } as unknown as TensorInfo;
}

/** `node` as TensorFlow writes a tensor outside a graph: `node:0`. */
function endpoint(tensor: string): string {
  return tensor.includes(':') ? tensor : `${tensor}:0`;
}

function sorted<T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> {
  const keys = Object.keys(record).sort();
  return Object.fromEntries(keys.map((key) => [key, change(record[key] as T)]));
}
