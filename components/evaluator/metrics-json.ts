import type { MetricKey, SliceMeasures } from './measure.js';
import type { EvaluationPlan } from './plan.js';
import { sliceWords } from './slices.js';

type Values = Record<string, number | null>;

/** One slice in `metrics.json`. Values that are not finite are null. */
export interface SliceJson {
  /** Features and values; empty for all rows. 64-bit integers that a number cannot hold are text. */
  readonly slice: Readonly<Record<string, string | number>>;
  /** `all rows` or `island=Torgersen`. */
  readonly name: string;
  readonly rows: number;
  readonly metrics: Values;
  readonly baseline?: Values;
  /** Candidate less baseline. */
  readonly difference?: Values;
  /** Metrics of single classes, by class name (or index). */
  readonly classes?: Readonly<Record<string, Values>>;
}

export interface MetricsJson {
  readonly head: EvaluationPlan['head'];
  readonly classes?: readonly string[];
  readonly label: string;
  readonly splits: readonly string[];
  readonly rows: number;
  readonly unlabelledRows: number;
  readonly verdict: string;
  readonly reasons: readonly string[];
  /** True when conditions on changes were left out for lack of a baseline. */
  readonly rubberStamp: boolean;
  readonly metrics: Readonly<Record<string, { readonly words: string; readonly direction?: string }>>;
  readonly slices: readonly SliceJson[];
}

export function sliceJson({ slice, rows, measures }: SliceMeasures, classNames: readonly string[]): SliceJson {
  const values = (wanted: (key: MetricKey) => boolean): Values =>
    Object.fromEntries(
      measures
        .filter(({ key }) => wanted(key))
        .map(({ key, value }) => [key.metric.name, Number.isFinite(value) ? value : null]),
    );
  const whole = (role: MetricKey['role'], isDiff = false) =>
    values((key) => key.role === role && !!key.isDiff === isDiff && key.classId === undefined);
  const compared = measures.some(({ key }) => key.role === 'baseline');
  const byClass = classNames.map((name, classId): [string, Values] => [
    name,
    values((key) => key.role === 'candidate' && !key.isDiff && key.classId === classId),
  ]);
  return {
    slice: Object.fromEntries(slice.map(([feature, value]) => [feature, plain(value)])),
    name: sliceWords(slice),
    rows,
    metrics: whole('candidate'),
    ...(compared ? { baseline: whole('baseline'), difference: whole('candidate', true) } : {}),
    ...(byClass.some(([, found]) => Object.keys(found).length > 0) ? { classes: Object.fromEntries(byClass) } : {}),
  };
}

function plain(value: string | number | bigint): string | number {
  if (typeof value !== 'bigint') return value;
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
}
