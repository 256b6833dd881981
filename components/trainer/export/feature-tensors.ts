import { attr } from '../../../graph/tensorflow/attributes.js';
import type { SignatureTensor } from '../../../formats/saved-model.js';
import type { GraphBuilder, TensorName } from '../../../graph/tensorflow/graph-builder.js';
import type { TransformedTensor } from '../../../graph/transform/export-tensorflow.js';
import type { FeatureColumn } from '../training-examples.js';

/** Transformed features side by side as the network was trained on them: float32 `[batch, width]`, missing is 0. */
export function featureMatrix(
  graph: GraphBuilder,
  transformed: Readonly<Record<string, TransformedTensor>>,
  columns: readonly FeatureColumn[],
): TensorName {
  const parts = columns.map(({ name, width }) => {
    const feature = transformed[name] as TransformedTensor;
    const filled = fillWith(graph, feature, graph.cast(feature.tensor, 'float32'), 0);
    return graph.op('Reshape', [filled, graph.int32([-1, width])], {}, 'column');
  });
  if (parts.length === 1) return graph.identity(parts[0] ?? '', 'matrix');
  return graph.op('ConcatV2', [...parts, graph.scalar('int32', 1)], {}, 'matrix');
}

/**
 * The transformed features as a signature's outputs. Numbers of a missing label are NaN, and so are float32;
 * lists of differing length are left out.
 */
export function featureOutputs(
  graph: GraphBuilder,
  transformed: Readonly<Record<string, TransformedTensor>>,
  label: string,
): Record<string, SignatureTensor> {
  const fixed = Object.entries(transformed).filter(([, feature]) => feature.shape !== 'ragged');
  return Object.fromEntries(
    fixed.map(([name, feature]): [string, SignatureTensor] => {
      const shape = [-1, ...(feature.shape as readonly number[])];
      const isText = feature.dtype === 'string';
      const dtype = !isText && name === label ? 'float32' : feature.dtype;
      const tensor = graph.cast(feature.tensor, dtype);
      if (dtype === 'float32') return [name, { tensor: fillWith(graph, feature, tensor, NaN), dtype, shape }];
      return [name, { tensor: graph.identity(isText ? fillText(graph, feature) : tensor), dtype, shape }];
    }),
  );
}

function fillText(graph: GraphBuilder, feature: TransformedTensor): TensorName {
  if (feature.present === undefined || (feature.shape as readonly number[]).length > 0) return feature.tensor;
  return graph.op('SelectV2', [feature.present, feature.tensor, graph.scalar('string', '')]);
}

function fillWith(graph: GraphBuilder, feature: TransformedTensor, tensor: TensorName, value: number): TensorName {
  if (feature.present === undefined) return tensor;
  const isVector = feature.shape !== 'ragged' && feature.shape.length > 0;
  const present = isVector
    ? graph.op('Reshape', [feature.present, graph.int32([-1, ...feature.shape.map(() => 1)])])
    : feature.present;
  // A list is flat here: rows have equally many values or the Reshape after this refuses them.
  if (feature.shape === 'ragged') return tensor;
  return graph.op('SelectV2', [present, tensor, graph.scalar('float32', value)], { T: attr.type('float32') });
}
