import { attr } from '../tensorflow/attributes.js';
import type { GraphBuilder, TensorName } from '../tensorflow/graph-builder.js';
import type { RawTensor, TransformedTensor } from './export-tensorflow.js';
import type { Dtype, RawFeature } from './graph-spec.js';

/** A SparseTensor's parts in a graph. */
export interface SparseParts {
  /** int64 `[n, 2]`: row and place within the row. */
  readonly indices: TensorName;
  /** `[n]` */
  readonly values: TensorName;
  /** int64 `[2]` */
  readonly denseShape: TensorName;
}

/** A sparse raw feature, as TFT takes features without a fixed shape, in the form that `exportTransform` takes. */
export function rawFromSparse(builder: GraphBuilder, { dtype, shape }: RawFeature, parts: SparseParts): RawTensor {
  const rows = builder.op('GatherV2', [parts.indices, builder.scalar('int32', 0), builder.scalar('int32', 1)]);
  const batch = builder.op('GatherV2', [parts.denseShape, builder.int32([0]), builder.scalar('int32', 0)]);
  if (shape === 'ragged') return { value: parts.values, rowSplits: rowSplits(builder, rows, batch) };
  const scatter = (values: TensorName, fallback: TensorName) =>
    builder.op('SparseToDense', [rows, batch, values, fallback], { validate_indices: attr.bool(true) });
  const all = builder.op('OnesLike', [rows]);
  return {
    value: scatter(parts.values, zeroOf(builder, dtype)),
    present: builder.cast(scatter(all, builder.scalar('int64', 0)), 'bool'),
  };
}

function zeroOf(builder: GraphBuilder, dtype: Dtype): TensorName {
  return builder.scalar(dtype, dtype === 'string' ? '' : 0);
}

/** Where each row's elements begin and end, from the row of each element. */
export function rowSplits(builder: GraphBuilder, rows: TensorName, batch: TensorName): TensorName {
  const count = builder.op('Squeeze', [batch]);
  const lengths = builder.op('UnsortedSegmentSum', [builder.op('OnesLike', [rows]), rows, count]);
  const ends = builder.op('Cumsum', [lengths, builder.scalar('int32', 0)]);
  const zero = builder.const('int64', [1], [0]);
  return builder.op('ConcatV2', [zero, ends, builder.scalar('int32', 0)], { N: attr.int(2) });
}

/** An output that rows may lack, or a list, as a SparseTensor. */
export function sparseFromTransformed(builder: GraphBuilder, transformed: TransformedTensor): SparseParts {
  return transformed.rowSplits === undefined
    ? sparseFromOptional(builder, transformed.tensor, transformed.present as TensorName)
    : sparseFromList(builder, transformed.tensor, transformed.rowSplits);
}

function sparseFromOptional(builder: GraphBuilder, tensor: TensorName, present: TensorName): SparseParts {
  const rows = builder.op('Where', [present]);
  const indices = pairs(builder, builder.op('Squeeze', [rows], { squeeze_dims: attr.ints([1]) }), undefined);
  const batch = builder.op('Shape', [present], { out_type: attr.type('int64') });
  return {
    indices,
    values: builder.op('GatherNd', [tensor, rows]),
    denseShape: shapeOf(builder, batch, builder.const('int64', [1], [1])),
  };
}

function sparseFromList(builder: GraphBuilder, values: TensorName, splits: TensorName): SparseParts {
  const count = builder.op('Squeeze', [builder.op('Shape', [values], { out_type: attr.type('int64') })]);
  const positions = builder.op('Range', [builder.scalar('int64', 0), count, builder.scalar('int64', 1)]);
  const rows = rowOfElements(builder, splits, positions);
  const begins = builder.op('GatherV2', [splits, rows, builder.scalar('int32', 0)]);
  const places = builder.op('Sub', [positions, begins]);
  const batch = builder.op('Sub', [
    builder.op('Shape', [splits], { out_type: attr.type('int64') }),
    builder.const('int64', [1], [1]),
  ]);
  const longest = builder.op(
    'Max',
    [
      builder.op('ConcatV2', [builder.const('int64', [1], [-1]), places, builder.scalar('int32', 0)], {
        N: attr.int(2),
      }),
      builder.int32([0]),
    ],
    { keep_dims: attr.bool(true) },
  );
  const width = builder.op('AddV2', [longest, builder.const('int64', [1], [1])]);
  return { indices: pairs(builder, rows, places), values, denseShape: shapeOf(builder, batch, width) };
}

/** The row of each element of a list: the number of rows that end at or before it. */
export function rowOfElements(builder: GraphBuilder, splits: TensorName, positions: TensorName): TensorName {
  const ends = builder.op('StridedSlice', [splits, builder.int32([1]), builder.int32([0]), builder.int32([1])], {
    end_mask: attr.int(1),
  });
  const asRow = (tensor: TensorName) => builder.op('ExpandDims', [tensor, builder.scalar('int32', 0)]);
  const found = builder.op('UpperBound', [asRow(ends), asRow(positions)], { out_type: attr.type('int64') });
  return builder.op('Squeeze', [found], { squeeze_dims: attr.ints([0]) });
}

function pairs(builder: GraphBuilder, rows: TensorName, places: TensorName | undefined): TensorName {
  const second = places ?? builder.op('ZerosLike', [rows]);
  return builder.op('Pack', [rows, second], { N: attr.int(2), axis: attr.int(1) });
}

function shapeOf(builder: GraphBuilder, batch: TensorName, width: TensorName): TensorName {
  return builder.op('ConcatV2', [batch, width, builder.scalar('int32', 0)], { N: attr.int(2) });
}
