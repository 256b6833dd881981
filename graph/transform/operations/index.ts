import { arithmetic } from './arithmetic.js';
import { buckets } from './buckets.js';
import { casting } from './casting.js';
import { comparisons } from './comparison.js';
import { constants } from './constants.js';
import { lists } from './lists.js';
import { missing } from './missing.js';
import type { Operation } from './operation.js';
import { scaling } from './scaling.js';
import { strings } from './strings.js';
import { vectors } from './vectors.js';
import { vocabularies } from './vocabulary.js';

const operations = new Map<string, Operation>(
  Object.entries({
    ...constants,
    ...casting,
    ...missing,
    ...arithmetic,
    ...comparisons,
    ...scaling,
    ...buckets,
    ...vocabularies,
    ...strings,
    ...vectors,
    ...lists,
  }),
);

/** The definition of an operation of a graph; undefined for a name that this version does not know. */
export function findOperation(name: string): Operation | undefined {
  return operations.get(name);
}
