/** What a model gives for an example: a number, the probability of one class, or one probability per class. */
export type Head = 'regression' | 'binary' | 'multiclass';

export type Direction = 'HIGHER_IS_BETTER' | 'LOWER_IS_BETTER';

/**
 * A partial state over examples that is added to row by row and merged over shards: the merge of two states is the
 * state of both shards' rows. States are plain numbers and arrays, so that they can be written down and sent.
 */
export interface StateKind<S> {
  /** Unique: metrics that need the same kind share one state. */
  readonly name: string;
  create(): S;
  /** `label`: the number, or 0 to 1 for a class; `prediction`: the number, or the probability of the class. */
  add(state: S, label: number, prediction: number, weight: number): void;
  merge(into: S, from: S): void;
}

/** States by kind. */
export type States = ReadonlyMap<string, unknown>;

export function createStates(kinds: Iterable<StateKind<unknown>>): Map<string, unknown> {
  const states = new Map<string, unknown>();
  for (const kind of kinds) states.set(kind.name, kind.create());
  return states;
}

/** The state of a kind that the metric named among its needs. */
export function stateOf<S>(states: States, kind: StateKind<S>): S {
  if (!states.has(kind.name)) throw new Error(`metric state ${kind.name} was not collected`);
  return states.get(kind.name) as S;
}

/** Where a metric stands in TensorFlow Model Analysis: in an EvalConfig and in its records. */
export interface TfmaIdentity {
  readonly className: string;
  readonly module?: string;
  /** The name in a MetricKey, e.g. `auc_precision_recall`. */
  readonly name: string;
  readonly config?: Readonly<Record<string, unknown>>;
}

export interface MetricFacts {
  /** TFMA's name in camelCase, with its argument if it has one: `auc`, `precision@0.3`. */
  readonly name: string;
  /** For sentences, e.g. `squared Pearson correlation`. */
  readonly words: string;
  readonly tfma: TfmaIdentity;
  /** Which way is better, where that is clear. */
  readonly direction: Direction | undefined;
}

/** A metric of one number against one label. Classifications of several classes measure it for each class. */
export interface ScalarMetric extends MetricFacts {
  readonly kind: 'scalar';
  /** Which heads it fits; `binary` ones are measured class by class on `multiclass`. */
  readonly heads: readonly Head[];
  readonly needs: readonly StateKind<unknown>[];
  /** The value, NaN where it is not defined (no rows, a zero denominator). */
  value(states: States): number;
}

/** A metric of all classes' probabilities against the index of the true class. */
export interface CategoricalMetric extends MetricFacts {
  readonly kind: 'categorical';
  value(state: CategoricalState): number;
}

export type Metric = ScalarMetric | CategoricalMetric;

/** Sums over examples of several classes. */
export interface CategoricalState {
  examples: number;
  weight: number;
  /** Weight of the examples whose most probable class is the label. */
  correct: number;
  crossEntropy: number;
}

/** The quotient where the denominator is positive, else NaN, as TFMA divides. */
export function divide(numerator: number, denominator: number): number {
  return denominator > 0 ? numerator / denominator : NaN;
}
