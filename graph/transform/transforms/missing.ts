import type { Tracer } from '../tracer.js';
import { Traced } from '../tracer.js';
import type { Transforms } from '../user-api.js';
import { Arguments } from './arguments.js';

type Names = 'fillMissing' | 'isMissing' | 'optional' | 'where';

/** Filling, asking for and allowing missing values, and choosing. */
export function missingTransforms(t: Tracer): Record<Names, (...args: never[]) => Traced> {
  const fillMissing: (...args: Parameters<Transforms['fillMissing']>) => Traced = (x, value) => {
    const args = new Arguments(t, 'fillMissing');
    const feature = args.feature(x);
    const fallback = feature.dtype === 'string' ? '' : feature.dtype === 'bool' ? false : 0;
    const filling = args.like(value ?? fallback, feature);
    return t.apply('fillMissing', [feature, filling], {
      dtype: feature.dtype,
      shape: feature.shape,
      mayBeMissing: feature.node.mayBeMissing && filling.node.mayBeMissing,
      label: `fillMissing(${feature.label})`,
      domain: feature.domain,
    });
  };
  return {
    fillMissing,
    isMissing: (x: unknown) => {
      const feature = new Arguments(t, 'isMissing').feature(x);
      return t.apply('isMissing', [feature], { dtype: 'bool', shape: [], mayBeMissing: false });
    },
    optional: (x: unknown) => {
      const feature = new Arguments(t, 'optional').feature(x);
      return t.apply('optional', [feature], { dtype: feature.dtype, label: feature.label, domain: feature.domain });
    },
    where: (condition: unknown, yes: unknown, no: unknown) => {
      const args = new Arguments(t, 'where');
      const test = args.typed(condition, ['bool']);
      const pair = yes instanceof Traced || no instanceof Traced ? args.alike(yes, no) : literals(args, t, yes, no);
      return t.apply('where', [test, ...pair], { dtype: pair[0].dtype });
    },
  };
}

/** Two literals: their own type decides. */
function literals(args: Arguments, t: Tracer, yes: unknown, no: unknown): readonly [Traced, Traced] {
  if (typeof yes === 'string' && typeof no === 'string') return [t.literal(yes, 'string'), t.literal(no, 'string')];
  if (typeof yes === 'number' && typeof no === 'number') return args.numbers(yes, no).pair;
  return args.invalid('both choices must be numbers, or both texts');
}
