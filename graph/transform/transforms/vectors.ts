import type { Tracer, Traced } from '../tracer.js';
import { Arguments } from './arguments.js';

/** A size that is known when the graph is fitted. */
export const UNKNOWN_SIZE = -1;

/** Vectors. */
export function vectorTransforms(t: Tracer) {
  const hot = (operation: 'oneHot' | 'multiHot', args: Arguments, id: Traced, depth?: number): Traced => {
    if (depth !== undefined) {
      args.integer(depth, 'depth', { min: 1, max: 1_000_000 });
      return t.apply(operation, [id], { dtype: 'float32', shape: [depth], attributes: { depth } });
    }
    const { domain } = id;
    if (domain === undefined) {
      return args.invalid(`the depth of ${id.label} is not known; give it: \`${operation}(x, depth)\``);
    }
    const facts = { dtype: 'float32', shape: [UNKNOWN_SIZE], analyzer: domain.analyzer } as const;
    return t.apply(operation, [id], { ...facts, attributes: domain.attributes });
  };
  return {
    oneHot: (x: unknown, depth?: number): Traced => {
      const args = new Arguments(t, 'oneHot');
      const id = args.typed(x, ['int64']);
      if (id.shape === 'ragged') args.invalid(`${id.label} is a list: use \`multiHot\``);
      if (id.shape.length > 0) args.invalid(`${id.label} must be one id per row`);
      return hot('oneHot', args, id, depth);
    },
    multiHot: (x: unknown, depth?: number): Traced => {
      const args = new Arguments(t, 'multiHot');
      const id = args.typed(x, ['int64']);
      if (id.shape !== 'ragged') args.invalid(`${id.label} is no list: use \`oneHot\``);
      return hot('multiHot', args, id, depth);
    },
    split: (x: unknown): Traced => {
      const args = new Arguments(t, 'split');
      const text = args.typed(x, ['string']);
      if (text.shape === 'ragged' || text.shape.length > 0) args.invalid(`${text.label} must be one text per row`);
      return t.apply('split', [text], { dtype: 'string', shape: 'ragged' });
    },
    length: (x: unknown): Traced => {
      const args = new Arguments(t, 'length');
      const list = args.feature(x);
      if (list.shape !== 'ragged') args.invalid(`${list.label} is no list`);
      return t.apply('length', [list], { dtype: 'int64', shape: [] });
    },
    concat: (features: readonly unknown[]): Traced => {
      const args = new Arguments(t, 'concat');
      if (!Array.isArray(features) || features.length === 0) args.invalid('needs a list of features');
      const parts = features.map((feature) => args.float(feature));
      const sizes = parts.map(({ shape, label, node }) => {
        if (shape === 'ragged' || shape.length > 1 || node.constant)
          return args.invalid(`${label} is no number or vector`);
        return shape[0] ?? 1;
      });
      const size = sizes.includes(UNKNOWN_SIZE) ? UNKNOWN_SIZE : sizes.reduce((sum, one) => sum + one, 0);
      return t.apply('concat', parts, { dtype: 'float32', shape: [size] });
    },
  };
}
