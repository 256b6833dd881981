import type { Attributes, NodeType } from '../graph-spec.js';
import type { RowValue, Scalar } from '../columns.js';
import type { Emission } from '../emission.js';

/** What an operation is made with: its node's facts and the fitted value of its analyzer. */
export interface OperationContext {
  readonly type: NodeType;
  readonly inputs: readonly NodeType[];
  readonly attributes: Attributes;
  /** The fitted value of the node's analyzer; its shape is the analyzer's (`analyzers/fitted.ts`). */
  readonly fitted: unknown;
}

export type ElementFunction = (...values: readonly Scalar[]) => Scalar;
export type RowFunction = (...values: readonly (RowValue | null)[]) => RowValue | null;

/** The TensorFlow tensor of a result, or the tensor and its own `present` for operations that decide presence. */
export type Emitted =
  string | { readonly tensor: string; readonly present?: string | undefined; readonly rowSplits?: string | undefined };

/** Applied to each element by itself; the result is missing where any input is. */
export interface ElementOperation {
  readonly level: 'element';
  /** The one definition that batch and single rows share. */
  readonly prepare: (context: OperationContext) => ElementFunction;
  readonly tensorflow: (emission: Emission) => Emitted;
}

/** Applied to whole rows. With `nullable` it sees null for a missing input and decides presence itself. */
export interface RowOperation {
  readonly level: 'row';
  readonly nullable?: boolean;
  readonly prepare: (context: OperationContext) => RowFunction;
  readonly tensorflow: (emission: Emission) => Emitted;
}

export type Operation = ElementOperation | RowOperation;
export type Operations = Readonly<Record<string, Operation>>;

/** Lets a definition name its arguments' types: the tracer has checked them. */
export function element(f: (...values: never[]) => Scalar): ElementFunction {
  return f as ElementFunction;
}

export function wholeRow(f: (...values: never[]) => RowValue | null): RowFunction {
  return f as RowFunction;
}

/** Rounds as the result's type does: float32 after every operation, as TensorFlow; whole numbers stay. */
export function roundingOf(type: Pick<NodeType, 'dtype'>): (x: number) => number {
  return type.dtype === 'float32' ? Math.fround : (x) => x;
}
