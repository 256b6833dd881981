import { PipelineError } from '../../errors/pipeline-error.js';
import { addCategorical, createCategoricalState, mergeCategorical } from './metrics/categorical.js';
import {
  createStates,
  type CategoricalState,
  type Metric,
  type ScalarMetric,
  type StateKind,
} from './metrics/metric.js';
import type { EvaluationPlan } from './plan.js';
import { sliceText, slicesOfRow, sliceWords, type FeatureValues, type SliceKey } from './slices.js';

/** More slices than this tell nothing and fill memory. */
export const MAX_SLICES = 10_000;

/** `candidate` is the model under test; metrics of a lone model carry no model name in TFMA's records. */
export type ModelRole = 'candidate' | 'baseline';

export interface MetricKey {
  readonly metric: Metric;
  readonly role: ModelRole;
  readonly classId?: number;
  readonly macroAverage?: true;
  /** Candidate less baseline. */
  readonly isDiff?: true;
}

export interface Measure {
  readonly key: MetricKey;
  readonly value: number;
}

export interface SliceMeasures {
  readonly slice: SliceKey;
  readonly rows: number;
  readonly measures: readonly Measure[];
}

/** One model's answers to a batch: `scores` in row-major order, [rows, classes] (1 for regression and binary). */
export interface Answers {
  /** The number, 0 or 1, or the index of the class; NaN where an example has no label. */
  readonly labels: Float64Array;
  readonly scores: Float64Array;
}

export interface Batch {
  readonly rows: number;
  readonly weights: Float64Array | undefined;
  readonly features: (row: number) => FeatureValues;
  readonly answers: Readonly<Partial<Record<ModelRole, Answers>>>;
}

interface ModelStates {
  /** By class; one for regression and binary. */
  readonly classes: readonly Map<string, unknown>[];
  /** What is counted once for all classes. */
  readonly whole: Map<string, unknown>;
  readonly categorical: CategoricalState;
}

interface SliceState {
  readonly slice: SliceKey;
  rows: number;
  readonly models: Partial<Record<ModelRole, ModelStates>>;
}

/** Partial states of an evaluation over some examples, by slice. */
export interface EvaluationState {
  readonly slices: Map<string, SliceState>;
  /** Rows that were left out because they have no label. */
  unlabelled: number;
}

export function createEvaluation(): EvaluationState {
  return { slices: new Map(), unlabelled: 0 };
}

/** Adds a batch of examples to the states of all slices that they belong to. @throws EVALUATION_TOO_MANY_SLICES */
export function addBatch(state: EvaluationState, plan: EvaluationPlan, batch: Batch): void {
  const kinds = stateKinds(plan);
  const roles = Object.keys(batch.answers) as ModelRole[];
  for (let row = 0; row < batch.rows; row++) {
    if (roles.some((role) => Number.isNaN(batch.answers[role]?.labels[row]))) {
      state.unlabelled += 1;
      continue;
    }
    const weight = batch.weights?.[row] ?? 1;
    const values = batch.features(row);
    for (const slice of new Map(plan.slices.flatMap((spec) => slicesOfRow(spec, values)).map(keyed)).values()) {
      const target = sliceState(state, slice, plan, kinds, roles);
      target.rows += 1;
      for (const role of roles) addRow(target.models[role], kinds, plan, batch.answers[role], row, weight);
    }
  }
}

const keyed = (slice: SliceKey): readonly [string, SliceKey] => [sliceText(slice), slice];

interface StateKinds {
  readonly perClass: readonly StateKind<unknown>[];
  readonly whole: readonly StateKind<unknown>[];
}

/** Metrics that fit `multiclass` themselves are counted once; the others of it class by class. */
function countedOnce(metric: ScalarMetric, plan: EvaluationPlan): boolean {
  return plan.head === 'multiclass' && metric.heads.includes('multiclass');
}

function stateKinds(plan: EvaluationPlan): StateKinds {
  const scalar = plan.metrics.filter((metric) => metric.kind === 'scalar');
  const unique = (metrics: readonly ScalarMetric[]) => [
    ...new Map(metrics.flatMap(({ needs }) => needs).map((kind) => [kind.name, kind])).values(),
  ];
  return {
    perClass: unique(scalar.filter((metric) => !countedOnce(metric, plan))),
    whole: unique(scalar.filter((metric) => countedOnce(metric, plan))),
  };
}

function sliceState(
  state: EvaluationState,
  slice: SliceKey,
  plan: EvaluationPlan,
  kinds: StateKinds,
  roles: readonly ModelRole[],
): SliceState {
  const text = sliceText(slice);
  let found = state.slices.get(text);
  if (!found) {
    if (state.slices.size >= MAX_SLICES) {
      throw new PipelineError('EVALUATION_TOO_MANY_SLICES', {
        what: `There are more than ${MAX_SLICES} slices; the last is ${sliceWords(slice).slice(0, 200)}.`,
      });
    }
    found = { slice, rows: 0, models: Object.fromEntries(roles.map((role) => [role, modelStates(plan, kinds)])) };
    state.slices.set(text, found);
  }
  return found;
}

function modelStates(plan: EvaluationPlan, kinds: StateKinds): ModelStates {
  return {
    classes: Array.from({ length: plan.classes }, () => createStates(kinds.perClass)),
    whole: createStates(kinds.whole),
    categorical: createCategoricalState(),
  };
}

function addRow(
  states: ModelStates | undefined,
  kinds: StateKinds,
  plan: EvaluationPlan,
  answers: Answers | undefined,
  row: number,
  weight: number,
): void {
  if (!states || !answers) return;
  const label = answers.labels[row] as number;
  const scores = answers.scores.subarray(row * plan.classes, (row + 1) * plan.classes);
  const multiclass = plan.head === 'multiclass';
  for (let index = 0; index < plan.classes; index++) {
    const truth = multiclass ? Number(label === index) : label;
    const own = states.classes[index];
    for (const kind of kinds.perClass) kind.add(own?.get(kind.name), truth, scores[index] as number, weight);
  }
  for (const kind of kinds.whole) kind.add(states.whole.get(kind.name), 0, 0, weight);
  if (multiclass) addCategorical(states.categorical, label, scores, weight);
}

/** Adds the states of other examples, e.g. another shard's, to `into`. */
export function mergeEvaluations(into: EvaluationState, from: EvaluationState, plan: EvaluationPlan): void {
  const kinds = stateKinds(plan);
  into.unlabelled += from.unlabelled;
  for (const [text, other] of from.slices) {
    const roles = Object.keys(other.models) as ModelRole[];
    const own = into.slices.get(text) ?? sliceState(into, other.slice, plan, kinds, roles);
    own.rows += other.rows;
    for (const role of roles) mergeModels(own.models[role], other.models[role], kinds);
  }
}

function mergeModels(into: ModelStates | undefined, from: ModelStates | undefined, kinds: StateKinds): void {
  if (!into || !from) return;
  into.classes.forEach((states, index) => {
    for (const kind of kinds.perClass) kind.merge(states.get(kind.name), from.classes[index]?.get(kind.name));
  });
  for (const kind of kinds.whole) kind.merge(into.whole.get(kind.name), from.whole.get(kind.name));
  mergeCategorical(into.categorical, from.categorical);
}

/** All metrics of all slices: all rows first, then in the order of the specifications and of their values. */
export function measureSlices(state: EvaluationState, plan: EvaluationPlan): SliceMeasures[] {
  const compare = new Intl.Collator('en', { numeric: true }).compare;
  return [...state.slices.values()]
    .sort((a, b) => a.slice.length - b.slice.length || compare(sliceWords(a.slice), sliceWords(b.slice)))
    .map(({ slice, rows, models }) => {
      const candidate = models.candidate ? measureModel(models.candidate, plan, 'candidate') : [];
      if (!models.baseline) return { slice, rows, measures: candidate };
      const baseline = measureModel(models.baseline, plan, 'baseline');
      const diffs = candidate.map(({ key, value }, index) => ({
        key: { ...key, isDiff: true } as const,
        value: value - (baseline[index]?.value ?? NaN),
      }));
      return { slice, rows, measures: [...candidate, ...baseline, ...diffs] };
    });
}

function measureModel(states: ModelStates, plan: EvaluationPlan, role: ModelRole): Measure[] {
  return plan.metrics.flatMap((metric): Measure[] => {
    if (metric.kind === 'categorical') return [{ key: { metric, role }, value: metric.value(states.categorical) }];
    if (countedOnce(metric, plan)) return [{ key: { metric, role }, value: metric.value(states.whole) }];
    if (plan.head !== 'multiclass') {
      return states.classes.slice(0, 1).map((own) => ({ key: { metric, role }, value: metric.value(own) }));
    }
    const values = states.classes.map((own) => metric.value(own));
    const average = values.reduce((sum, value) => sum + value, 0) / values.length;
    return [
      { key: { metric, role, macroAverage: true }, value: average },
      ...values.map((value, classId) => ({ key: { metric, role, classId }, value })),
    ];
  });
}
