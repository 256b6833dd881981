import type { SignatureTensor } from '../../formats/saved-model.js';
import { writeSavedModel } from '../../formats/saved-model.js';
import { GraphBuilder } from '../tensorflow/graph-builder.js';
import { modelParts } from '../tensorflow/model-parts.js';
import type { RawTensor, TransformedTensor } from './export-tensorflow.js';
import { exportTransform } from './export-tensorflow.js';
import type { FittedGraph } from './fit.js';
import type { RawFeature } from './graph-spec.js';
import { rawFromSparse, sparseFromTransformed } from './sparse-tensors.js';

/** By these TFT finds its graph in a SavedModel. */
const TAG = 'transform';
const SIGNATURE = 'transform_signature';

/**
 * Writes `transform_fn`, a SavedModel as TFT's loader takes it: features with a fixed shape are dense tensors, the others
 * sparse ones; so are outputs that rows may lack, and lists.
 */
export async function writeTransformFunction(folder: string, graph: FittedGraph): Promise<void> {
  const builder = new GraphBuilder();
  const inputs: Record<string, SignatureTensor> = {};
  const raw: Record<string, RawTensor> = {};
  for (const feature of graph.spec.features) {
    const { signature, tensor } = rawInput(builder, feature);
    inputs[feature.name] = signature;
    raw[feature.name] = tensor;
  }
  const transformed = Object.entries(exportTransform(graph, builder, raw));
  const outputs = Object.fromEntries(transformed.map(([name, tensor]) => [name, outputTensor(builder, name, tensor)]));
  const parts = modelParts(builder, { [SIGNATURE]: { inputs, outputs } });
  const collections = { ...parts.collections, table_initializer: { node_list: { value: builder.initializers } } };
  await writeSavedModel(folder, { ...parts, collections, tags: [TAG] });
}

function rawInput(builder: GraphBuilder, feature: RawFeature): { signature: SignatureTensor; tensor: RawTensor } {
  const { name, dtype, fixedShape } = feature;
  if (fixedShape !== undefined && feature.shape !== 'ragged') {
    const shape = [-1, ...fixedShape];
    const input = builder.placeholder(`inputs/${name}`, dtype, shape);
    const value = fixedShape.length === 0 ? input : builder.op('Reshape', [input, builder.int32([-1])]);
    return { signature: { tensor: input, dtype, shape }, tensor: { value } };
  }
  const indices = builder.placeholder(`inputs/${name}/indices`, 'int64', [-1, 2]);
  const values = builder.placeholder(`inputs/${name}/values`, dtype, [-1]);
  const denseShape = builder.placeholder(`inputs/${name}/dense_shape`, 'int64', [2]);
  return {
    signature: { tensor: values, dtype, shape: [-1, -1], sparse: { indices, denseShape } },
    tensor: rawFromSparse(builder, feature, { indices, values, denseShape }),
  };
}

function outputTensor(builder: GraphBuilder, name: string, transformed: TransformedTensor): SignatureTensor {
  const { tensor, dtype, shape, present, rowSplits } = transformed;
  if (present === undefined && rowSplits === undefined) {
    const dimensions = shape === 'ragged' ? [-1] : [-1, ...shape];
    return { tensor: builder.identity(tensor, `outputs/${name}`), dtype, shape: dimensions };
  }
  const parts = sparseFromTransformed(builder, transformed);
  const values = builder.identity(parts.values, `outputs/${name}/values`);
  const indices = builder.identity(parts.indices, `outputs/${name}/indices`);
  const denseShape = builder.identity(parts.denseShape, `outputs/${name}/dense_shape`);
  return { tensor: values, dtype, shape: [-1, -1], sparse: { indices, denseShape } };
}
