import type { Scalar } from '../columns.js';
import type { ElementOperation, Operations } from './operation.js';
import { element } from './operation.js';

function comparison(holds: (x: Scalar, y: Scalar) => boolean, op: string): ElementOperation {
  return {
    level: 'element',
    prepare: () => element((x: Scalar, y: Scalar) => (holds(x, y) ? 1 : 0)),
    tensorflow: (e) => e.op(op, [e.tensor(0), e.tensor(1)]),
  };
}

/** Comparisons give a bool: 1 or 0. NaN equals nothing. */
export const comparisons: Operations = {
  equals: comparison((x, y) => x === y, 'Equal'),
  notEquals: comparison((x, y) => x !== y, 'NotEqual'),
  less: comparison((x, y) => x < y, 'Less'),
  lessOrEqual: comparison((x, y) => x <= y, 'LessEqual'),
  greater: comparison((x, y) => x > y, 'Greater'),
  greaterOrEqual: comparison((x, y) => x >= y, 'GreaterEqual'),
  and: comparison((x, y) => x === 1 && y === 1, 'LogicalAnd'),
  or: comparison((x, y) => x === 1 || y === 1, 'LogicalOr'),
  not: {
    level: 'element',
    prepare: () => element((x: number) => 1 - x),
    tensorflow: (e) => e.op('LogicalNot', [e.tensor(0)]),
  },
};
