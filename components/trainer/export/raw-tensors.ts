import type { Signature, SignatureTensor } from '../../../formats/saved-model.js';
import { attr } from '../../../graph/tensorflow/attributes.js';
import { output, type GraphBuilder, type TensorName } from '../../../graph/tensorflow/graph-builder.js';
import type { RawTensor } from '../../../graph/transform/export-tensorflow.js';
import type { RawFeature } from '../../../graph/transform/graph-spec.js';

const EMPTY = { float32: 0, int64: 0, string: '' } as const;

/**
 * Parses serialized tf.Examples. No feature need be there: a missing one is not `present`. Of a feature with one value
 * per row the first counts.
 *
 * @param serialized - string `[batch]`.
 */
export function parseExamples(
  graph: GraphBuilder,
  serialized: TensorName,
  features: readonly RawFeature[],
): Record<string, RawTensor> {
  const single = features.filter((feature) => feature.shape !== 'ragged');
  const lists = features.filter((feature) => feature.shape === 'ragged');
  const names = (of: readonly RawFeature[]) =>
    graph.const(
      'string',
      [of.length],
      of.map((feature) => feature.name),
    );
  const inputs = [serialized, names([]), names(single), names([]), names(lists)];
  const parsed = graph.op('ParseExampleV2', inputs, {
    Tdense: attr.types([]),
    dense_shapes: attr.shapes([]),
    num_sparse: attr.int(single.length),
    sparse_types: attr.types(single.map((feature) => feature.dtype)),
    ragged_value_types: attr.types(lists.map((feature) => feature.dtype)),
    ragged_split_types: attr.types(lists.map(() => 'int64')),
  });
  const count = single.length;
  const first = single.map((feature, index): [string, RawTensor] => {
    const [indices, values, shape] = [index, count + index, 2 * count + index].map((at) => output(parsed, at));
    return [feature.name, firstValues(graph, feature, [indices ?? '', values ?? '', shape ?? ''])];
  });
  const ragged = lists.map(({ name }, index): [string, RawTensor] => {
    const [value, rowSplits] = [3 * count + index, 3 * count + lists.length + index].map((at) => output(parsed, at));
    return [name, { value: value ?? '', rowSplits: rowSplits ?? '' }];
  });
  return Object.fromEntries([...first, ...ragged]);
}

function firstValues(
  graph: GraphBuilder,
  feature: RawFeature,
  [indices, values, shape]: readonly [TensorName, TensorName, TensorName],
): RawTensor {
  // A batch in which no row has the feature has no columns: there is always one, of defaults.
  const dense = graph.op('Maximum', [shape, graph.const('int64', [2], [0, 1])]);
  const fill = (what: TensorName, empty: TensorName) => {
    const all = graph.op('SparseToDense', [indices, dense, what, empty]);
    const corner = [graph.int32([0, 0]), graph.int32([0, 1]), graph.int32([1, 1])];
    return graph.op('StridedSlice', [all, ...corner], {
      begin_mask: attr.int(1),
      end_mask: attr.int(1),
      shrink_axis_mask: attr.int(2),
    });
  };
  const there = graph.op('Fill', [graph.op('Shape', [values]), graph.scalar('bool', true)]);
  return {
    value: fill(values, graph.scalar(feature.dtype, EMPTY[feature.dtype])),
    present: fill(there, graph.scalar('bool', false)),
  };
}

/**
 * Placeholders for raw features, made when the transform asks for them. NaN and the empty text are missing; an int is
 * always there. A list feature is `[batch, n]`, equally long in each row of a request.
 */
export function rawInputs(graph: GraphBuilder, features: readonly RawFeature[]) {
  const inputs: Record<string, SignatureTensor> = {};
  const raw: Record<string, RawTensor> = {};
  for (const feature of features) {
    let made: RawTensor | undefined;
    Object.defineProperty(raw, feature.name, {
      enumerable: true,
      get: () => (made ??= rawInput(graph, feature, inputs)),
    });
  }
  return { raw, inputs: inputs as Signature['inputs'] };
}

function rawInput(graph: GraphBuilder, feature: RawFeature, inputs: Record<string, SignatureTensor>): RawTensor {
  const { name, dtype } = feature;
  const shape = feature.shape === 'ragged' ? [-1, -1] : [-1];
  const tensor = graph.placeholder(`raw_${name}`, dtype, shape);
  inputs[name] = { tensor, dtype, shape };
  if (feature.shape === 'ragged') return ragged(graph, tensor);
  if (dtype === 'int64') return { value: tensor, present: graph.op('OnesLike', [graph.op('Equal', [tensor, tensor])]) };
  const present =
    dtype === 'string'
      ? graph.op('NotEqual', [tensor, graph.scalar('string', '')])
      : graph.op('LogicalNot', [graph.op('IsNan', [tensor])]);
  return { value: tensor, present };
}

function ragged(graph: GraphBuilder, tensor: TensorName): RawTensor {
  const value = graph.op('Reshape', [tensor, graph.int32([-1])]);
  const shape = graph.op('Shape', [tensor], { out_type: attr.type('int64') });
  const size = (at: number) =>
    graph.op('StridedSlice', [shape, graph.int32([at]), graph.int32([at + 1]), graph.int32([1])], {
      shrink_axis_mask: attr.int(1),
    });
  const [batch, length] = [size(0), size(1)];
  const rows = graph.op('AddV2', [batch, graph.scalar('int64', 1)]);
  const numbers = graph.op('Range', [graph.scalar('int64', 0), rows, graph.scalar('int64', 1)]);
  return { value, rowSplits: graph.op('Mul', [numbers, length]) };
}
