import type { Signature, SignatureTensor } from '../../../formats/saved-model.js';
import { writeSavedModel } from '../../../formats/saved-model.js';
import { GraphBuilder } from '../../../graph/tensorflow/graph-builder.js';
import type { RawTensor } from '../../../graph/transform/export-tensorflow.js';
import { exportTransform } from '../../../graph/transform/export-tensorflow.js';
import type { FittedGraph } from '../../../graph/transform/fit.js';
import type { RawFeature } from '../../../graph/transform/graph-spec.js';

/** Writes a SavedModel from dense columns of raw features, with `<name>/present` and `<name>/row_splits` beside them. */
export async function writeDenseTransform(folder: string, graph: FittedGraph): Promise<void> {
  const builder = new GraphBuilder();
  const inputs: Record<string, SignatureTensor> = {};
  const raw = Object.fromEntries(
    graph.spec.features.map((feature) => [feature.name, rawInput(builder, feature, inputs)]),
  );
  const transformed = exportTransform(graph, builder, raw);
  const outputs: Record<string, SignatureTensor> = {};
  for (const [name, { tensor, dtype, shape, present, rowSplits }] of Object.entries(transformed)) {
    const dimensions = shape === 'ragged' ? [-1] : [-1, ...shape];
    outputs[name] = { tensor: builder.identity(tensor, `outputs/${name}`), dtype, shape: dimensions };
    if (present !== undefined)
      outputs[`${name}/present`] = { tensor: builder.identity(present), dtype: 'bool', shape: [-1] };
    if (rowSplits !== undefined)
      outputs[`${name}/row_splits`] = { tensor: builder.identity(rowSplits), dtype: 'int64', shape: [-1] };
  }
  const signature: Signature = { inputs, outputs };
  const fill = builder.op(
    'NoOp',
    builder.initializers.map((op) => `^${op}`),
    {},
    'fill_tables',
  );
  await writeSavedModel(folder, {
    nodes: builder.nodes,
    assets: builder.assets,
    collections: { saved_model_main_op: { node_list: { value: [fill] } } },
    signatures: { serving_default: signature },
  });
}

function rawInput(builder: GraphBuilder, feature: RawFeature, inputs: Record<string, SignatureTensor>): RawTensor {
  const { name, dtype, shape, required } = feature;
  const input = (suffix: string, type: SignatureTensor['dtype']) => {
    const tensor = builder.placeholder(`inputs/${name}${suffix}`, type, [-1]);
    inputs[`${name}${suffix}`] = { tensor, dtype: type, shape: [-1] };
    return tensor;
  };
  const value = input('', dtype);
  if (shape === 'ragged') return { value, rowSplits: input('/row_splits', 'int64') };
  return required ? { value } : { value, present: input('/present', 'bool') };
}
