import { DATA_TYPES, shapeValue, type AttrValue, type DType, type Shape } from '../../formats/protobuf/tensorflow.js';

/** Makes the attributes of graph nodes. */
export const attr = {
  type: (dtype: DType): AttrValue => ({ type: DATA_TYPES[dtype] }),
  types: (dtypes: readonly DType[]): AttrValue => ({ list: { type: dtypes.map((dtype) => DATA_TYPES[dtype]) } }),
  int: (i: number): AttrValue => ({ i }),
  ints: (i: readonly number[]): AttrValue => ({ list: { i } }),
  float: (f: number): AttrValue => ({ f }),
  floats: (f: readonly number[]): AttrValue => ({ list: { f } }),
  bool: (b: boolean): AttrValue => ({ b }),
  string: (text: string): AttrValue => ({ s: Buffer.from(text) }),
  strings: (texts: readonly string[]): AttrValue => ({ list: { s: texts.map((text) => Buffer.from(text)) } }),
  shape: (shape: Shape | undefined): AttrValue => ({ shape: shapeValue(shape) }),
  shapes: (shapes: readonly (Shape | undefined)[]): AttrValue => ({ list: { shape: shapes.map(shapeValue) } }),
} as const;
