import type { PerKey, Quantiles } from '../analyzers/fitted.js';
import { byKey } from '../analyzers/fitted.js';
import type { Operations } from './operation.js';
import { element } from './operation.js';

/**
 * The number of boundaries that are not above `x`: the bucket i with b[i-1] <= x < b[i]. NaN goes to the last one (TFT).
 *
 * @param boundaries - rising, float32.
 */
export function bucketOf(x: number, boundaries: ArrayLike<number>): number {
  if (Number.isNaN(x)) return boundaries.length;
  let low = 0;
  let high = boundaries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (x < (boundaries[middle] as number)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Fixed boundaries come as an attribute, fitted ones from the analyzer. */
function boundariesOf(context: { readonly attributes: Readonly<Record<string, unknown>>; readonly fitted: unknown }) {
  const own = context.attributes['boundaries'] as readonly number[] | undefined;
  return Float32Array.from(own ?? (context.fitted as Quantiles).boundaries);
}

/** Buckets by fitted or fixed boundaries. */
export const buckets: Operations = {
  applyBuckets: {
    level: 'element',
    prepare: (context) => {
      const boundaries = boundariesOf(context);
      return element((x: number) => bucketOf(Math.fround(x), boundaries));
    },
    tensorflow: (e) => e.toInt64(e.bucketize(e.tensor(0), [...boundariesOf(e)])),
  },
  /** A key that was not seen when fitting gives -1 (TFT). */
  bucketizePerKey: {
    level: 'element',
    prepare: ({ fitted }) => {
      const boundaries = new Map(
        [...byKey(fitted as PerKey<Quantiles>)].map(([key, quantiles]) => [
          key,
          Float32Array.from(quantiles.boundaries),
        ]),
      );
      return element((x: number, key: string) => {
        const own = boundaries.get(key);
        return own === undefined ? -1 : bucketOf(Math.fround(x), own);
      });
    },
    tensorflow: (e) => {
      const { keys, values } = e.fitted as PerKey<Quantiles>;
      const key = e.lookup(keys, e.tensor(1), keys.length);
      // NaN is above no boundary when compared, but belongs to the last bucket: count the boundaries that are not above.
      const width = Math.max(0, ...values.map(({ boundaries }) => boundaries.length));
      const rows = values.map(({ boundaries }) => [
        ...boundaries,
        ...Array<number>(width - boundaries.length).fill(Infinity),
      ]);
      const table = e.matrix([...rows, Array<number>(width).fill(0)], width);
      const own = e.op('GatherV2', [table, key, e.int32(0)]);
      const x = e.op('ExpandDims', [e.tensor(0), e.int32(-1)]);
      const below = e.op('LogicalNot', [e.op('Less', [x, own])]);
      const counted = e.op('Sum', [e.cast(below, 'int64'), e.int32(-1)]);
      const lengths = e.int64s([...values.map(({ boundaries }) => boundaries.length), -1]);
      return e.op('Minimum', [counted, e.op('GatherV2', [lengths, key, e.int32(0)])]);
    },
  },
};
