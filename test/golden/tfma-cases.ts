import { readFileSync } from 'node:fs';
import type {
  ChangeThreshold,
  EvaluationConfig,
  SliceSpec,
  Threshold,
} from '../../components/evaluator/evaluation-config.js';
import {
  addBatch,
  createEvaluation,
  type Answers,
  type Batch,
  type EvaluationState,
} from '../../components/evaluator/measure.js';
import { metricNames } from '../../components/evaluator/metrics/catalogue.js';
import type { Head } from '../../components/evaluator/metrics/metric.js';
import type { EvaluationPlan } from '../../components/evaluator/plan.js';
import { sharedPath } from '../support/shared.js';

interface TfmaThreshold {
  readonly valueThreshold?: { readonly lowerBound?: number; readonly upperBound?: number };
  readonly changeThreshold?: ChangeThreshold;
}

interface TfmaSlice {
  readonly featureKeys?: readonly string[];
  readonly featureValues?: Readonly<Record<string, string>>;
}

interface TfmaMetric {
  readonly className: string;
  readonly config?: string;
  readonly threshold?: TfmaThreshold;
  readonly perSliceThresholds?: readonly {
    readonly slicingSpecs: readonly TfmaSlice[];
    readonly threshold: TfmaThreshold;
  }[];
}

export interface GoldenCase {
  readonly name: string;
  readonly input: string;
  readonly eval_config: {
    readonly modelSpecs: readonly {
      readonly predictionKey: string;
      readonly exampleWeightKey?: string;
      readonly isBaseline?: boolean;
    }[];
    readonly slicingSpecs: readonly TfmaSlice[];
    readonly metricsSpecs: readonly { readonly metrics: readonly TfmaMetric[] }[];
  };
  readonly slices: readonly {
    readonly slice: readonly (readonly [string, string])[];
    readonly sub_key: string;
    readonly metrics: Readonly<Record<string, number | { readonly boundedValue: { readonly value: number } }>>;
  }[];
  readonly validation: {
    readonly validation_ok: boolean;
    readonly missingThresholds?: boolean;
    readonly metricValidationsPerSlice?: readonly {
      readonly sliceKey: {
        readonly singleSliceKeys?: readonly { readonly column: string; readonly bytesValue: string }[];
      };
      readonly failures: readonly {
        readonly metricKey: { readonly name: string; readonly isDiff?: boolean };
        readonly metricValue: { readonly doubleValue: number };
      }[];
    }[];
    readonly missingSlices?: readonly TfmaSlice[];
    readonly validationDetails?: { readonly slicingDetails: readonly { readonly numMatchingSlices: number }[] };
  };
}

export function goldenCase(name: string): GoldenCase | undefined {
  const file = sharedPath(`golden/tfma/${name}.json`);
  return file === undefined ? undefined : (JSON.parse(readFileSync(file, 'utf8')) as GoldenCase);
}

/** The rows of a golden CSV file, by column. */
export function goldenColumns(input: string): Readonly<Record<string, readonly string[]>> {
  const [header = '', ...lines] = readFileSync(sharedPath(`golden/tfma/${input.split(' ')[0] ?? ''}`) ?? '', 'utf8')
    .trim()
    .split(/\r?\n/);
  const rows = lines.map((line) => line.split(','));
  return Object.fromEntries(header.split(',').map((name, i) => [name, rows.map((row) => row[i] ?? '')]));
}

const OTHER_NAMES: Readonly<Record<string, string>> = { BinaryCrossEntropy: 'binaryCrossEntropy' };

/** Our name of a TFMA metric: its class in camelCase, with its argument. */
export function ourName({ className, config = '{}' }: TfmaMetric): string {
  const wanted = (OTHER_NAMES[className] ?? className).toLowerCase();
  const name = metricNames.map((known) => known.split('@')[0] ?? '').find((known) => known.toLowerCase() === wanted);
  const { thresholds, ...others } = JSON.parse(config) as Record<string, number | readonly number[]>;
  const [argument] = Object.values(others);
  if (name === undefined || (thresholds !== undefined && String(thresholds) !== '0.5')) throw new Error(className);
  return argument === undefined ? name : `${name}@${String(argument)}`;
}

const ourSlice = ({ featureKeys, featureValues }: TfmaSlice): SliceSpec => featureValues ?? [...(featureKeys ?? [])];

function ourThreshold({ valueThreshold, changeThreshold }: TfmaThreshold, slices?: readonly TfmaSlice[]): Threshold {
  return {
    ...valueThreshold,
    ...(changeThreshold ? { change: changeThreshold } : {}),
    ...(slices ? { slices: slices.map(ourSlice) } : {}),
  };
}

/** A golden case's TFMA config as ours. */
export function ourConfig({ eval_config: config }: GoldenCase): EvaluationConfig {
  const metrics = config.metricsSpecs.flatMap((spec) => spec.metrics);
  const thresholds = metrics.flatMap((metric) => [
    ...(metric.threshold ? [[ourName(metric), ourThreshold(metric.threshold)] as const] : []),
    ...(metric.perSliceThresholds ?? []).map(
      (entry) => [ourName(metric), ourThreshold(entry.threshold, entry.slicingSpecs)] as const,
    ),
  ]);
  const weight = config.modelSpecs[0]?.exampleWeightKey;
  return {
    metrics: [...new Set(metrics.map(ourName))],
    slices: config.slicingSpecs.map(ourSlice),
    thresholds: Object.fromEntries(thresholds),
    ...(weight === undefined ? {} : { weight }),
  };
}

export function headOf({ input }: GoldenCase): Head {
  return input.startsWith('regression') ? 'regression' : input.startsWith('multiclass') ? 'multiclass' : 'binary';
}

/** Evaluates a golden case's rows; `shards` parts are evaluated apart. */
export function evaluateCase(golden: GoldenCase, plan: EvaluationPlan, shards = 1): EvaluationState[] {
  const columns = goldenColumns(golden.input);
  const total = columns['label']?.length ?? 0;
  return Array.from({ length: shards }, (_, shard) => {
    const state = createEvaluation();
    const rows = Array.from({ length: total }, (_, row) => row).filter((row) => row % shards === shard);
    addBatch(state, plan, batchOf(golden, plan, columns, rows));
    return state;
  });
}

function batchOf(
  golden: GoldenCase,
  plan: EvaluationPlan,
  columns: Readonly<Record<string, readonly string[]>>,
  rows: readonly number[],
): Batch {
  const numbers = (names: readonly string[]) =>
    Float64Array.from(rows.flatMap((row) => names.map((name) => Number(columns[name]?.[row]))));
  const labels = numbers(['label']);
  const answers = golden.eval_config.modelSpecs.map((spec): [string, Answers] => [
    spec.isBaseline === true ? 'baseline' : 'candidate',
    { labels, scores: numbers(plan.head === 'multiclass' ? ['p0', 'p1', 'p2'] : [spec.predictionKey]) },
  ]);
  return {
    rows: rows.length,
    weights: plan.weighted ? numbers(['weight']) : undefined,
    features: (row) => (feature) => [columns[feature]?.[rows[row] as number] ?? ''],
    answers: Object.fromEntries(answers),
  };
}
