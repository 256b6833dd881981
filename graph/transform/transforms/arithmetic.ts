import type { Dtype } from '../graph-spec.js';
import type { Tracer, Traced } from '../tracer.js';
import { Arguments } from './arguments.js';

type Transform = (...args: never[]) => Traced;

const WHOLE_BINARY = ['add', 'subtract', 'multiply', 'minimum', 'maximum'] as const;
const FLOAT_BINARY = ['divide', 'power'] as const;
const WHOLE_UNARY = ['abs', 'negate', 'sign', 'square'] as const;
const FLOAT_UNARY = ['log', 'log1p', 'exp', 'sqrt', 'floor', 'ceil', 'round', 'sigmoid', 'tanh'] as const;
const COMPARISONS = ['less', 'lessOrEqual', 'greater', 'greaterOrEqual'] as const;

type Names =
  | (typeof WHOLE_BINARY | typeof FLOAT_BINARY | typeof WHOLE_UNARY | typeof FLOAT_UNARY | typeof COMPARISONS)[number]
  | 'equals'
  | 'notEquals'
  | 'and'
  | 'or'
  | 'not'
  | 'isNan'
  | 'isIn'
  | 'clip'
  | 'cast';

function each<N extends string>(names: readonly N[], make: (name: N) => Transform): Record<N, Transform> {
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<N, Transform>;
}

/** Arithmetic, comparison and change of type. */
export function arithmeticTransforms(t: Tracer): Record<Names, Transform> {
  const binary = (name: string, x: unknown, y: unknown, dtype?: 'bool'): Traced => {
    const numbers = new Arguments(t, name).numbers(x, y);
    return t.apply(name, numbers.pair, { dtype: dtype ?? numbers.dtype });
  };
  const equality = (name: string, x: unknown, y: unknown): Traced =>
    t.apply(name, new Arguments(t, name).alike(x, y), { dtype: 'bool' });
  const logical = (name: string, values: readonly unknown[]): Traced =>
    t.apply(
      name,
      values.map((value) => new Arguments(t, name).typed(value, ['bool'])),
      { dtype: 'bool' },
    );
  return {
    ...each(WHOLE_BINARY, (name) => (x: unknown, y: unknown) => binary(name, x, y)),
    ...each(FLOAT_BINARY, (name) => (x: unknown, y: unknown) => {
      const args = new Arguments(t, name);
      return t.apply(name, [args.float(x), args.float(y)], { dtype: 'float32' });
    }),
    ...each(WHOLE_UNARY, (name) => (x: unknown) => {
      const feature = new Arguments(t, name).typed(x, ['float32', 'int64']);
      return t.apply(name, [feature], { dtype: feature.dtype });
    }),
    ...each(
      FLOAT_UNARY,
      (name) => (x: unknown) => t.apply(name, [new Arguments(t, name).float(x)], { dtype: 'float32' }),
    ),
    ...each(COMPARISONS, (name) => (x: unknown, y: unknown) => binary(name, x, y, 'bool')),
    equals: (x: unknown, y: unknown) => equality('equals', x, y),
    notEquals: (x: unknown, y: unknown) => equality('notEquals', x, y),
    and: (x: unknown, y: unknown) => logical('and', [x, y]),
    or: (x: unknown, y: unknown) => logical('or', [x, y]),
    not: (x: unknown) => logical('not', [x]),
    isNan: (x: unknown) => t.apply('isNan', [new Arguments(t, 'isNan').typed(x, ['float32'])], { dtype: 'bool' }),
    isIn: (x: unknown, values: readonly unknown[]) => {
      const tests = values.map((value) => equality('equals', x, value));
      return tests.reduce((any, test) => logical('or', [any, test]), t.literal(false, 'bool'));
    },
    clip: (x: unknown, low: unknown, high: unknown) => binary('minimum', binary('maximum', x, low), high),
    cast: (x: unknown, dtype: Dtype) => {
      const args = new Arguments(t, 'cast');
      const feature = args.typed(x, ['float32', 'int64', 'bool']);
      if (!['float32', 'int64', 'bool'].includes(dtype)) args.invalid(`${dtype} is no type to cast to`);
      return feature.dtype === dtype ? feature : t.apply('cast', [feature], { dtype, label: feature.label });
    },
  };
}
