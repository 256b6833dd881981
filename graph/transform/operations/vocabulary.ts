import { attr } from '../../tensorflow/attributes.js';
import type { Vocabulary } from '../analyzers/fitted.js';
import type { Emission } from '../emission.js';
import type { Scalar } from '../columns.js';
import { hashBucket } from '../farmhash.js';
import { sipHash } from '../siphash.js';
import { vocabularyLines } from '../vocabulary-file.js';
import type { Operations } from './operation.js';
import { element } from './operation.js';

/** The string that a value has in a vocabulary: integers in decimal (TFT). */
export const termOf = (value: Scalar): string => (typeof value === 'string' ? value : String(value));

/** A string tensor of the input: integers as decimals. */
function terms(e: Emission): string {
  return e.inputTypes[0]?.dtype === 'string' ? e.tensor(0) : e.op('AsString', [e.tensor(0)]);
}

/** Operations that turn strings (or whole numbers) into ids. */
export const vocabularies: Operations = {
  /** Attributes: `defaultValue`, `numOovBuckets`. Unknown terms get the default, or a hashed bucket after the last id. */
  applyVocabulary: {
    level: 'element',
    prepare: ({ fitted, attributes }) => {
      const { tokens } = fitted as Vocabulary;
      const ids = new Map(tokens.map((token, id) => [token, id]));
      const numOovBuckets = attributes['numOovBuckets'] as number;
      const size = vocabularyLines(tokens).length;
      const unknown =
        numOovBuckets > 0
          ? (term: string) => size + hashBucket(term, numOovBuckets)
          : () => attributes['defaultValue'] as number;
      return element((value: Scalar) => {
        const term = termOf(value);
        return ids.get(term) ?? unknown(term);
      });
    },
    tensorflow: (e) => {
      const { tokens } = e.fitted as Vocabulary;
      const lines = vocabularyLines(tokens);
      const numOovBuckets = e.attributes['numOovBuckets'] as number;
      const term = terms(e);
      if (numOovBuckets === 0) return e.lookupInAsset(lines, term, e.attributes['defaultValue'] as number);
      const id = e.lookupInAsset(lines, term, -1);
      const bucket = e.op('AddV2', [e.hash(term, numOovBuckets), e.int64(lines.length)]);
      return e.op('SelectV2', [e.op('Equal', [id, e.int64(-1)]), bucket, id]);
    },
  },
  /** Attribute: `numBuckets`. */
  hashStrings: {
    level: 'element',
    prepare: ({ attributes }) => {
      const numBuckets = attributes['numBuckets'] as number;
      return element((value: Scalar) => hashBucket(termOf(value), numBuckets));
    },
    tensorflow: (e) => e.hash(terms(e), e.attributes['numBuckets'] as number),
  },
  /** Attributes: `numBuckets` and `key`, two whole numbers: a hash that nobody without the key can aim at. */
  hashStringsStrong: {
    level: 'element',
    prepare: ({ attributes }) => {
      const numBuckets = BigInt(attributes['numBuckets'] as number);
      const [first, second] = attributes['key'] as readonly [number, number];
      const key = [BigInt(first), BigInt(second)] as const;
      return element((value: Scalar) => Number(sipHash(termOf(value), key) % numBuckets));
    },
    tensorflow: (e) =>
      e.op('StringToHashBucketStrong', [terms(e)], {
        num_buckets: attr.int(e.attributes['numBuckets'] as number),
        key: attr.ints(e.attributes['key'] as readonly number[]),
      }),
  },
};
