/** The element type of a value, under TensorFlow's names. `float32` is what a FLOAT feature is, `int64` an INT. */
export type Dtype = 'float32' | 'int64' | 'string' | 'bool';

/**
 * The shape of one row's value: `[]` a scalar, `[n]` a vector of n, `'ragged'` a list whose length differs by row
 * (a multivalent feature, the words of a text).
 */
export type Shape = readonly number[] | 'ragged';

/** What is known of a value before any row is seen. */
export interface NodeType {
  readonly dtype: Dtype;
  readonly shape: Shape;
  /** Whether a row may lack the value (a blank cell that nothing has filled). */
  readonly mayBeMissing: boolean;
  /** The same for every row: a literal, or a fitted number such as a mean. */
  readonly constant: boolean;
}

/** Plain JSON. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type Attributes = Readonly<Record<string, Json>>;

/** A raw feature that the graph reads, as the schema types it. */
export interface RawFeature {
  readonly name: string;
  readonly dtype: 'float32' | 'int64' | 'string';
  readonly shape: readonly [] | 'ragged';
  /** The schema says that every example has it. */
  readonly required: boolean;
  /** The schema's fixed shape, e.g. `[]` or `[1]`, where it has one: then TFT takes the feature as a dense tensor. */
  readonly fixedShape?: readonly number[];
}

/** One step of the graph. `feature` reads a raw feature, `literal` is a constant; the rest are in `operations/`. */
export interface GraphNode extends NodeType {
  readonly id: string;
  readonly operation: string;
  /** Ids of earlier nodes. */
  readonly inputs: readonly string[];
  readonly attributes: Attributes;
  /** The analyzer whose fitted value the operation uses. */
  readonly analyzer?: string;
}

/** A pass over the data: what it looks at, and what it found. */
export interface AnalyzerNode {
  readonly id: string;
  /** A name in `analyzers/`, e.g. `moments`. */
  readonly analyzer: string;
  readonly inputs: readonly string[];
  readonly attributes: Attributes;
}

/** A transform graph as traced: nodes in an order in which every input comes first. */
export interface GraphSpec {
  readonly version: 1;
  readonly features: readonly RawFeature[];
  readonly nodes: readonly GraphNode[];
  readonly analyzers: readonly AnalyzerNode[];
  /** Output name to node id, in the module's order. */
  readonly outputs: Readonly<Record<string, string>>;
}

export const GRAPH_VERSION = 1;

/** How a value's type reads in a message: `a string`, `a list of int64`, `a vector of 3 float32`. */
export function describeType(type: Pick<NodeType, 'dtype' | 'shape'>): string {
  if (type.shape === 'ragged') return `a list of ${type.dtype}`;
  return type.shape.length === 0 ? `a ${type.dtype}` : `a vector of ${type.shape.join('x')} ${type.dtype}`;
}

/** The number of elements in one row of a value that is not ragged. */
export function widthOf(shape: Shape): number {
  return shape === 'ragged' ? 1 : shape.reduce((product, size) => product * size, 1);
}
