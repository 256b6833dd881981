import type { Emission } from '../emission.js';
import type { ElementOperation, Operations } from './operation.js';
import { element, roundingOf } from './operation.js';

/** TensorFlow's Round: halves go to the even neighbour. */
function roundHalfToEven(x: number): number {
  const floor = Math.floor(x);
  const fraction = x - floor;
  if (fraction < 0.5) return floor;
  if (fraction > 0.5) return floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

function unary(f: (x: number) => number, op: string): ElementOperation {
  return {
    level: 'element',
    prepare: ({ type }) => {
      const round = roundingOf(type);
      return element((x: number) => round(f(x)));
    },
    tensorflow: (e) => e.op(op, [e.tensor(0)]),
  };
}

function binary(f: (x: number, y: number) => number, op: string): ElementOperation {
  return {
    level: 'element',
    prepare: ({ type }) => {
      const round = roundingOf(type);
      return element((x: number, y: number) => round(f(x, y)));
    },
    tensorflow: (e) => e.op(op, [e.tensor(0), e.tensor(1)]),
  };
}

/** The logistic function in float32, as TensorFlow's Sigmoid. */
export function sigmoid(x: number): number {
  return Math.fround(1 / (1 + Math.exp(-x)));
}

const isNan = {
  level: 'element',
  prepare: () => element((x: number) => (Number.isNaN(x) ? 1 : 0)),
  tensorflow: (e: Emission) => e.op('IsNan', [e.tensor(0)]),
} as const satisfies ElementOperation;

const minimum = (x: number, y: number): number => (Number.isNaN(x) || Number.isNaN(y) ? NaN : Math.min(x, y));
const maximum = (x: number, y: number): number => (Number.isNaN(x) || Number.isNaN(y) ? NaN : Math.max(x, y));

/** Arithmetic on two numbers of one type, and functions of one number. */
export const arithmetic: Operations = {
  add: binary((x, y) => x + y, 'AddV2'),
  subtract: binary((x, y) => x - y, 'Sub'),
  multiply: binary((x, y) => x * y, 'Mul'),
  divide: binary((x, y) => x / y, 'RealDiv'),
  power: binary((x, y) => x ** y, 'Pow'),
  minimum: binary(minimum, 'Minimum'),
  maximum: binary(maximum, 'Maximum'),
  negate: unary((x) => -x, 'Neg'),
  abs: unary(Math.abs, 'Abs'),
  sign: unary(Math.sign, 'Sign'),
  floor: unary(Math.floor, 'Floor'),
  ceil: unary(Math.ceil, 'Ceil'),
  round: unary(roundHalfToEven, 'Round'),
  sqrt: unary(Math.sqrt, 'Sqrt'),
  square: unary((x) => x * x, 'Square'),
  exp: unary(Math.exp, 'Exp'),
  log: unary(Math.log, 'Log'),
  log1p: unary(Math.log1p, 'Log1p'),
  sigmoid: unary(sigmoid, 'Sigmoid'),
  tanh: unary(Math.tanh, 'Tanh'),
  isNan,
};
