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

/**
 * TFT's piecewise-linear map of x to [0, 1] across buckets of equal share: 0 up to the first boundary, 1 from the last.
 *
 * @param boundaries - finite, rising, float32; at least one.
 */
function interpolate(x: number, boundaries: Float32Array): number {
  if (Number.isNaN(x)) return 0.5;
  const bucket = bucketOf(x, boundaries);
  if (boundaries.length <= 1 || bucket === 0) return Math.min(bucket, 1);
  if (bucket === boundaries.length) return 1;
  const low = boundaries[bucket - 1] as number;
  const width = Math.fround((boundaries[bucket] as number) - low);
  const part = Math.fround(Math.fround(x - low) / width);
  return Math.fround(Math.fround(bucket - 1 + part) / (boundaries.length - 1));
}

const finite = (boundaries: Float32Array): Float32Array => boundaries.filter(Number.isFinite);

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
  applyBucketsWithInterpolation: {
    level: 'element',
    prepare: (context) => {
      const boundaries = finite(boundariesOf(context));
      return element((x: number) => interpolate(x, boundaries));
    },
    tensorflow: (e) => {
      const boundaries = [...finite(boundariesOf(e))];
      const last = boundaries.length;
      const x = e.tensor(0);
      const bucket = e.bucketize(x, boundaries);
      const isLast = e.op('GreaterEqual', [bucket, e.int32(Math.max(last, 1))]);
      const edge = e.op('SelectV2', [isLast, e.float(1), e.float(0)]);
      const imputed = (value: string) => e.op('SelectV2', [e.op('IsNan', [x]), e.float(0.5), value]);
      if (last <= 1) return imputed(edge);
      const [low, high] = [
        [0, ...boundaries],
        [...boundaries, 0],
      ].map((values) => e.op('GatherV2', [e.floats(values), bucket, e.int32(0)])) as [string, string];
      const part = e.op('RealDiv', [e.op('Sub', [x, low]), e.op('Sub', [high, low])]);
      const place = e.op('AddV2', [e.op('Sub', [e.cast(bucket, 'float32'), e.float(1)]), part]);
      const between = e.op('RealDiv', [place, e.float(last - 1)]);
      const isEdge = e.op('LogicalOr', [isLast, e.op('Equal', [bucket, e.int32(0)])]);
      return imputed(e.op('SelectV2', [isEdge, edge, between]));
    },
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
