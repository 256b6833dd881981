import type { Extremes, Moments, PerKey } from '../analyzers/fitted.js';
import { byKey } from '../analyzers/fitted.js';
import type { Emission } from '../emission.js';
import { sigmoid } from './arithmetic.js';
import type { Operations } from './operation.js';
import { element } from './operation.js';

const { fround } = Math;

/** (x - mean) / sqrt(variance) in float32; only x - mean where the variance is 0 (TFT). */
function zScoreOf(moments: Moments | undefined): (x: number) => number {
  const mean = fround(moments?.mean ?? 0);
  const deviation = fround(Math.sqrt(fround(moments?.variance ?? 0)));
  return deviation === 0 ? (x) => fround(x - mean) : (x) => fround(fround(x - mean) / deviation);
}

/** (x - min) / (max - min), or sigmoid(x) where there is no range, then mapped to [low, high] (TFT). */
function minMaxOf(extremes: Extremes | undefined, low: number, high: number): (x: number) => number {
  const bounded = extremes !== undefined && extremes.count > 0 && extremes.min < extremes.max;
  const min = fround(bounded ? extremes.min : 0);
  const range = fround(bounded ? fround(extremes.max) - min : 1);
  const span = fround(high - low);
  const unit = bounded ? (x: number) => fround(fround(x - min) / range) : sigmoid;
  return (x) => fround(fround(unit(x) * span) + fround(low));
}

const bounds = (attributes: Emission['attributes']): [number, number] => [
  attributes['low'] as number,
  attributes['high'] as number,
];

/** Looks a key up among `keys` and gathers one of `values`; `absent` for unknown keys. */
function gatherByKey(e: Emission, fitted: PerKey<unknown>, values: readonly number[], absent: number): string {
  const index = e.lookup(fitted.keys, e.tensor(1), fitted.keys.length);
  return e.op('GatherV2', [e.floats([...values, absent]), index, e.int32(0)]);
}

function emitMinMax(e: Emission, unit: string): string {
  const [low, high] = bounds(e.attributes);
  return e.op('AddV2', [e.op('Mul', [unit, e.float(fround(high - low))]), e.float(low)]);
}

/** Scaling by fitted moments or extremes, over the whole data or by key. */
export const scaling: Operations = {
  zScore: {
    level: 'element',
    prepare: ({ fitted }) => element(zScoreOf(fitted as Moments)),
    tensorflow: (e) => {
      const { mean, variance } = e.fitted as Moments;
      const deviation = fround(Math.sqrt(fround(variance)));
      const centered = e.op('Sub', [e.tensor(0), e.float(mean)]);
      return deviation === 0 ? centered : e.op('RealDiv', [centered, e.float(deviation)]);
    },
  },
  scaleByMinMax: {
    level: 'element',
    prepare: ({ fitted, attributes }) => element(minMaxOf(fitted as Extremes, ...bounds(attributes))),
    tensorflow: (e) => {
      const { count, min, max } = e.fitted as Extremes;
      if (count === 0 || min >= max) return emitMinMax(e, e.op('Sigmoid', [e.tensor(0)]));
      const shifted = e.op('Sub', [e.tensor(0), e.float(min)]);
      return emitMinMax(e, e.op('RealDiv', [shifted, e.float(fround(max) - fround(min))]));
    },
  },
  zScorePerKey: {
    level: 'element',
    prepare: ({ fitted }) => {
      const scorers = new Map([...byKey(fitted as PerKey<Moments>)].map(([key, moments]) => [key, zScoreOf(moments)]));
      const unseen = zScoreOf(undefined);
      return element((x: number, key: string) => (scorers.get(key) ?? unseen)(x));
    },
    tensorflow: (e) => {
      const fitted = e.fitted as PerKey<Moments>;
      const means = fitted.values.map(({ mean }) => mean);
      const deviations = fitted.values.map(({ variance }) => fround(Math.sqrt(fround(variance))) || 1);
      const centered = e.op('Sub', [e.tensor(0), gatherByKey(e, fitted, means, 0)]);
      return e.op('RealDiv', [centered, gatherByKey(e, fitted, deviations, 1)]);
    },
  },
  scaleByMinMaxPerKey: {
    level: 'element',
    prepare: ({ fitted, attributes }) => {
      const scale = (extremes: Extremes | undefined) => minMaxOf(extremes, ...bounds(attributes));
      const scalers = new Map([...byKey(fitted as PerKey<Extremes>)].map(([key, extremes]) => [key, scale(extremes)]));
      const unseen = scale(undefined);
      return element((x: number, key: string) => (scalers.get(key) ?? unseen)(x));
    },
    tensorflow: (e) => {
      const fitted = e.fitted as PerKey<Extremes>;
      const bounded = fitted.values.map(({ count, min, max }) => count > 0 && min < max);
      const minima = fitted.values.map(({ min }, i) => (bounded[i] ? min : 0));
      const ranges = fitted.values.map(({ min, max }, i) => (bounded[i] ? fround(fround(max) - fround(min)) : 1));
      const flags = gatherByKey(e, fitted, bounded.map(Number), 0);
      const shifted = e.op('Sub', [e.tensor(0), gatherByKey(e, fitted, minima, 0)]);
      const unit = e.op('RealDiv', [shifted, gatherByKey(e, fitted, ranges, 1)]);
      const isBounded = e.op('Greater', [flags, e.float(0.5)]);
      return emitMinMax(e, e.op('SelectV2', [isBounded, unit, e.op('Sigmoid', [e.tensor(0)])]));
    },
  },
};
