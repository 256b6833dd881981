import type { Scalar } from '../columns.js';
import { binaryFromJson } from '../bytes.js';
import type { Dtype, Json } from '../graph-spec.js';
import type { Emission } from '../emission.js';
import type { Operations } from './operation.js';
import { element } from './operation.js';

function emitConstant(e: Emission, value: Scalar): string {
  if (typeof value === 'string') return e.string(value);
  const dtype: Dtype = e.type.dtype;
  if (dtype === 'bool') return e.bool(value === 1);
  return dtype === 'int64' ? e.int64(value) : e.float(value);
}

/** A literal's value from its JSON: NaN and infinities are named, bytes that are no text are base64. */
export function literalValue(json: Json | undefined, dtype: Dtype): Scalar {
  if (dtype === 'string') return binaryFromJson(json);
  return dtype === 'float32' ? Math.fround(Number(json)) : Number(json);
}

/** Values that are the same for every row. */
export const constants: Operations = {
  /** Attribute: `value`. */
  literal: {
    level: 'element',
    prepare: ({ attributes, type }) => {
      const value = literalValue(attributes['value'], type.dtype);
      return element(() => value);
    },
    tensorflow: (e) => emitConstant(e, literalValue(e.attributes['value'], e.type.dtype)),
  },
  /** Attribute: `field` of the analyzer's fitted value. */
  fittedNumber: {
    level: 'element',
    prepare: ({ fitted, attributes, type }) => {
      const value = fittedNumber(fitted, attributes['field'] as string, type.dtype);
      return element(() => value);
    },
    tensorflow: (e) => emitConstant(e, fittedNumber(e.fitted, e.attributes['field'] as string, e.type.dtype)),
  },
};

function fittedNumber(fitted: unknown, field: string, dtype: Dtype): number {
  const value = (fitted as Record<string, number>)[field] ?? 0;
  return dtype === 'float32' ? Math.fround(value) : value;
}
