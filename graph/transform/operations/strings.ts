import { attr } from '../../tensorflow/attributes.js';
import type { BinaryString } from '../bytes.js';
import type { Emission } from '../emission.js';
import type { Operations } from './operation.js';
import { element } from './operation.js';

const lower = (text: BinaryString): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
const upper = (text: BinaryString): string => text.replace(/[a-z]/g, (letter) => letter.toUpperCase());
/** C's isspace. */
const strip = (text: BinaryString): string => text.replace(/^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g, '');

const asString = (e: Emission, index: number): string =>
  e.inputTypes[index]?.dtype === 'string' ? e.tensor(index) : e.op('AsString', [e.tensor(index)]);

/** Text. Letters are ASCII's, as in TensorFlow's ops without an encoding. */
export const strings: Operations = {
  lower: {
    level: 'element',
    prepare: () => element(lower),
    tensorflow: (e) => e.op('StringLower', [e.tensor(0)]),
  },
  upper: {
    level: 'element',
    prepare: () => element(upper),
    tensorflow: (e) => e.op('StringUpper', [e.tensor(0)]),
  },
  strip: {
    level: 'element',
    prepare: () => element(strip),
    tensorflow: (e) => e.op('StringStrip', [e.tensor(0)]),
  },
  /** Bytes, not letters. */
  stringLength: {
    level: 'element',
    prepare: () => element((text: BinaryString) => text.length),
    tensorflow: (e) => e.toInt64(e.op('StringLength', [e.tensor(0)])),
  },
  /** Joins strings and whole numbers by `separator`: feature crosses. */
  join: {
    level: 'element',
    prepare: ({ attributes }) => {
      const separator = attributes['separator'] as string;
      return element((...parts: never[]) => parts.join(separator));
    },
    tensorflow: (e) =>
      e.op(
        'StringJoin',
        e.values.map((_, index) => asString(e, index)),
        { N: attr.int(e.values.length), separator: { s: Buffer.from(e.attributes['separator'] as string, 'latin1') } },
      ),
  },
  /** Whole numbers in decimal. */
  asString: {
    level: 'element',
    prepare: () => element((value: number) => String(value)),
    tensorflow: (e) => e.op('AsString', [e.tensor(0)]),
  },
};
