import type { Tracer, Traced } from '../tracer.js';
import { Arguments } from './arguments.js';

/** A size that is known when the graph is fitted. */
export const UNKNOWN_SIZE = -1;

/** Vectors. */
export function vectorTransforms(t: Tracer) {
  return {
    oneHot: (x: unknown, depth?: number): Traced => {
      const args = new Arguments(t, 'oneHot');
      const id = args.typed(x, ['int64']);
      if (id.shape === 'ragged' || id.shape.length > 0) args.invalid(`${id.label} must be one id per row`);
      if (depth !== undefined) {
        args.integer(depth, 'depth', { min: 1, max: 1_000_000 });
        return t.apply('oneHot', [id], { dtype: 'float32', shape: [depth], attributes: { depth } });
      }
      const { domain } = id;
      if (domain === undefined) {
        return args.invalid(`the depth of ${id.label} is not known; give it: \`oneHot(x, depth)\``);
      }
      const facts = { dtype: 'float32', shape: [UNKNOWN_SIZE], analyzer: domain.analyzer } as const;
      return t.apply('oneHot', [id], { ...facts, attributes: domain.attributes });
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
