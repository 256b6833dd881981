import { attr } from '../../tensorflow/attributes.js';
import type { BinaryString } from '../bytes.js';
import type { Scalar } from '../columns.js';
import type { Operations } from './operation.js';
import { wholeRow } from './operation.js';

/** C's isspace, as TensorFlow splits without a separator. */
const WHITE_SPACE = /[ \t\n\v\f\r]+/;

/** Operations that make lists, and on whole lists. */
export const lists: Operations = {
  split: {
    level: 'row',
    prepare: () => wholeRow((text: BinaryString) => text.split(WHITE_SPACE).filter((word) => word !== '')),
    tensorflow: (e) => {
      const text = e.value(0);
      // A missing text has no words: what stands in its place must not count.
      const filled = text.present ? e.op('SelectV2', [text.present, text.tensor, e.string('')]) : text.tensor;
      const parts = e.op('StringSplitV2', [filled, e.string('')], { maxsplit: attr.int(-1) });
      const batch = e.op('Shape', [filled], { out_type: attr.type('int64') });
      return { tensor: e.output(parts, 1), rowSplits: e.rowSplits(parts, batch) };
    },
  },
  length: {
    level: 'row',
    prepare: () => wholeRow((elements: readonly Scalar[]) => elements.length),
    tensorflow: (e) => e.rowLengths(0),
  },
};
