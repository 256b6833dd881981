import { attr } from '../../tensorflow/attributes.js';
import type { Scalar } from '../columns.js';
import type { Operations } from './operation.js';
import { wholeRow } from './operation.js';

/** Operations that make vectors. */
export const vectors: Operations = {
  /** Attribute: `depth`. An id outside 0 to depth - 1 gives zeros. */
  oneHot: {
    level: 'row',
    prepare: ({ attributes }) => {
      const depth = attributes['depth'] as number;
      return wholeRow((id: number) => Array.from({ length: depth }, (_, index) => (index === id ? 1 : 0)));
    },
    tensorflow: (e) => {
      const depth = e.int32(e.attributes['depth'] as number);
      return e.op('OneHot', [e.tensor(0), depth, e.float(1), e.float(0)]);
    },
  },
  /** Attribute: `depth`. 1 at each id that occurs in a list; ids outside 0 to depth - 1 do not count. */
  multiHot: {
    level: 'row',
    prepare: ({ attributes }) => {
      const depth = attributes['depth'] as number;
      return wholeRow((ids: readonly number[]) => {
        const flags = Array<number>(depth).fill(0);
        for (const id of ids) if (id >= 0 && id < depth) flags[id] = 1;
        return flags;
      });
    },
    tensorflow: (e) => {
      const depth = e.attributes['depth'] as number;
      const hot = e.op('OneHot', [e.tensor(0), e.int32(depth), e.float(1), e.float(0)]);
      const summed = e.op('UnsortedSegmentSum', [hot, e.rowIds(0), e.rowCount(0)]);
      return e.op('Minimum', [summed, e.float(1)]);
    },
  },
  /** Scalars and vectors of numbers side by side, as float32. */
  concat: {
    level: 'row',
    prepare: () => wholeRow((...parts: never[]) => (parts as (number | readonly number[])[]).flat()),
    tensorflow: (e) => {
      const parts = e.values.map(({ tensor }, index) => {
        const type = e.inputTypes[index];
        return type && type.shape.length === 0 ? e.op('ExpandDims', [tensor, e.int32(1)]) : tensor;
      });
      return e.op('ConcatV2', [...parts, e.int32(1)], { N: attr.int(parts.length) });
    },
  },
  /** Attributes: `index`. One element of a vector. */
  elementAt: {
    level: 'row',
    prepare: ({ attributes }) => wholeRow((value: readonly Scalar[]) => value[attributes['index'] as number] as Scalar),
    tensorflow: (e) => e.op('GatherV2', [e.tensor(0), e.int32(e.attributes['index'] as number), e.int32(1)]),
  },
};
