import type { Tracer, Traced } from '../tracer.js';
import { Arguments } from './arguments.js';

/** Scaling by what was analyzed, and the analyzed numbers themselves. */
export function scalingTransforms(t: Tracer) {
  const zScore = (x: unknown): Traced => {
    const value = new Arguments(t, 'zScore').float(x);
    return t.apply('zScore', [value], { dtype: 'float32', analyzer: t.analyze('moments', [value]) });
  };
  const zScorePerKey = (x: unknown, key: unknown): Traced => {
    const args = new Arguments(t, 'zScorePerKey');
    const inputs = [args.float(x), args.string(key)];
    return t.apply('zScorePerKey', inputs, { dtype: 'float32', analyzer: t.analyze('momentsPerKey', inputs) });
  };
  const minMax = (name: string, x: unknown, low = 0, high = 1): Traced => {
    const args = checkedRange(t, name, low, high);
    const value = args.float(x);
    const analyzer = t.analyze('extremes', [value]);
    return t.apply('scaleByMinMax', [value], { dtype: 'float32', analyzer, attributes: { low, high } });
  };
  const minMaxPerKey = (name: string, x: unknown, key: unknown, low = 0, high = 1): Traced => {
    const args = checkedRange(t, name, low, high);
    const inputs = [args.float(x), args.string(key)];
    const analyzer = t.analyze('extremesPerKey', inputs);
    return t.apply('scaleByMinMaxPerKey', inputs, { dtype: 'float32', analyzer, attributes: { low, high } });
  };
  const fitted = (name: string, analyzer: string, field: string, dtype: 'float32' | 'int64') => (x: unknown) => {
    const value = new Arguments(t, name).float(x);
    const label = `${name}(${value.label})`;
    return t.apply('fittedNumber', [], { dtype, analyzer: t.analyze(analyzer, [value]), attributes: { field }, label });
  };
  return {
    zScore,
    zScorePerKey,
    scaleTo01: (x: unknown) => minMax('scaleTo01', x),
    scaleTo01PerKey: (x: unknown, key: unknown) => minMaxPerKey('scaleTo01PerKey', x, key),
    scaleByMinMax: (x: unknown, low?: number, high?: number) => minMax('scaleByMinMax', x, low, high),
    scaleByMinMaxPerKey: (x: unknown, key: unknown, low?: number, high?: number) =>
      minMaxPerKey('scaleByMinMaxPerKey', x, key, low, high),
    mean: fitted('mean', 'moments', 'mean', 'float32'),
    variance: fitted('variance', 'moments', 'variance', 'float32'),
    sum: fitted('sum', 'moments', 'sum', 'float32'),
    min: fitted('min', 'extremes', 'min', 'float32'),
    max: fitted('max', 'extremes', 'max', 'float32'),
    size: fitted('size', 'moments', 'count', 'int64'),
  };
}

function checkedRange(t: Tracer, name: string, low: number, high: number): Arguments {
  const args = new Arguments(t, name);
  if (!(low < high)) args.invalid(`the range [${low}, ${high}] is empty: low must be below high`);
  return args;
}
