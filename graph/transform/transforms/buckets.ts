import type { Tracer, Traced } from '../tracer.js';
import type { FittedBoundaries } from '../user-api.js';
import { Arguments } from './arguments.js';

/** Boundaries that an analyzer will find. */
class TracedBoundaries implements FittedBoundaries {
  readonly analyzer: string;
  readonly numBuckets: number;

  constructor(analyzer: string, numBuckets: number) {
    this.analyzer = analyzer;
    this.numBuckets = numBuckets;
  }
}

/** Buckets by quantiles or by boundaries of one's own. */
export function bucketTransforms(t: Tracer) {
  const quantiles = (x: unknown, numBuckets: number, name = 'quantiles'): TracedBoundaries => {
    const args = new Arguments(t, name);
    args.integer(numBuckets, 'numBuckets', { min: 2, max: 1_000_000 });
    return new TracedBoundaries(t.analyze('quantiles', [args.float(x)], { numBuckets }), numBuckets);
  };
  const checkedBoundaries = (args: Arguments, boundaries: unknown): readonly number[] => {
    const fixed = boundaries as readonly number[];
    const rising =
      Array.isArray(boundaries) &&
      fixed.length > 0 &&
      fixed.every(
        (one, index) =>
          typeof one === 'number' && !Number.isNaN(one) && (index === 0 || (fixed[index - 1] as number) <= one),
      );
    if (!rising) args.invalid('the boundaries must be numbers in rising order, or what `quantiles` gives');
    return [...fixed];
  };
  const applyBuckets = (x: unknown, boundaries: unknown): Traced => {
    const args = new Arguments(t, 'applyBuckets');
    const value = args.float(x);
    if (boundaries instanceof TracedBoundaries) return applyFitted(value, boundaries.analyzer);
    const attributes = { boundaries: checkedBoundaries(args, boundaries) };
    return t.apply('applyBuckets', [value], { dtype: 'int64', attributes, domain: { attributes } });
  };
  const applyBucketsWithInterpolation = (x: unknown, boundaries: unknown): Traced => {
    const args = new Arguments(t, 'applyBucketsWithInterpolation');
    const facts =
      boundaries instanceof TracedBoundaries
        ? { analyzer: boundaries.analyzer }
        : { attributes: { boundaries: checkedBoundaries(args, boundaries) } };
    return t.apply('applyBucketsWithInterpolation', [args.float(x)], { dtype: 'float32', ...facts });
  };
  const applyFitted = (value: Traced, analyzer: string): Traced =>
    t.apply('applyBuckets', [value], { dtype: 'int64', analyzer, domain: { analyzer, attributes: {} } });
  return {
    quantiles,
    applyBuckets,
    applyBucketsWithInterpolation,
    bucketize: (x: unknown, numBuckets: number): Traced =>
      applyFitted(new Arguments(t, 'bucketize').float(x), quantiles(x, numBuckets, 'bucketize').analyzer),
    bucketizePerKey: (x: unknown, key: unknown, numBuckets: number): Traced => {
      const args = new Arguments(t, 'bucketizePerKey');
      args.integer(numBuckets, 'numBuckets', { min: 2, max: 1_000_000 });
      const inputs = [args.float(x), args.string(key)];
      const analyzer = t.analyze('quantilesPerKey', inputs, { numBuckets });
      return t.apply('bucketizePerKey', inputs, { dtype: 'int64', analyzer });
    },
  };
}
