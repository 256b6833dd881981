import type {
  MetricKeyProto,
  MetricsForSliceProto,
  MetricThresholdProto,
  SliceKeyProto,
  ValidationResultProto,
} from '../../formats/protobuf/tensorflow-model-analysis.js';
import type { MetricKey, SliceMeasures } from './measure.js';
import type { PlannedThreshold } from './plan.js';
import { sliceText, type SliceKey } from './slices.js';
import { slicingSpec } from './tfma-config.js';
import type { ThresholdFailure, Validation } from './validate.js';

export interface RecordOptions {
  /** Metrics carry model names only when two models were evaluated. */
  readonly compared: boolean;
  readonly weighted: boolean;
}

/** A slice's metrics as TFMA's record in `metrics-*.tfrecord`. */
export function metricsRecord({ slice, measures }: SliceMeasures, options: RecordOptions): MetricsForSliceProto {
  return {
    sliceKey: sliceKeyProto(slice),
    metricKeysAndValues: measures.map(({ key, value }) => ({
      key: metricKeyProto(key, options),
      value: { doubleValue: { value } },
    })),
  };
}

export function sliceKeyProto(slice: SliceKey): SliceKeyProto {
  return {
    singleSliceKeys: slice.map(([column, value]) => {
      if (typeof value === 'string') return { column, bytesValue: Buffer.from(value) };
      return typeof value === 'bigint' ? { column, int64Value: value } : { column, floatValue: value };
    }),
  };
}

export function metricKeyProto(key: MetricKey, { compared, weighted }: RecordOptions): MetricKeyProto {
  return {
    name: key.metric.tfma.name,
    ...(compared ? { modelName: key.role } : {}),
    ...(key.classId === undefined ? {} : { subKey: { classId: { value: key.classId } } }),
    ...(key.macroAverage ? { aggregationType: { macroAverage: true } } : {}),
    ...(key.isDiff ? { isDiff: true } : {}),
    exampleWeighted: { value: weighted },
  };
}

/** The outcome of all thresholds as TFMA's record in `validations.tfrecord`. */
export function validationRecord(validation: Validation, options: RecordOptions): ValidationResultProto {
  const bySlice = new Map<string, ThresholdFailure[]>();
  for (const failure of validation.failures) {
    const text = sliceText(failure.slice);
    bySlice.set(text, [...(bySlice.get(text) ?? []), failure]);
  }
  return {
    validationOk: validation.ok,
    missingThresholds: validation.missingThresholds,
    rubberStamp: validation.rubberStamp,
    metricValidationsPerSlice: [...bySlice.values()].map((failures) => ({
      sliceKey: sliceKeyProto(failures[0]?.slice ?? []),
      failures: failures.map(({ key, threshold, value }) => ({
        metricKey: metricKeyProto(key, options),
        metricThreshold: thresholdProto(threshold),
        metricValue: { doubleValue: { value } },
      })),
    })),
    missingSlices: validation.missingSlices.map(({ spec }) => slicingSpec(spec)),
    validationDetails: {
      slicingDetails: validation.details.map(({ spec, matchingSlices }) => ({
        slicingSpec: slicingSpec(spec),
        numMatchingSlices: matchingSlices,
      })),
    },
  };
}

function thresholdProto({ value, change }: PlannedThreshold): MetricThresholdProto {
  const wrapped = <K extends string>(name: K, bound: number | undefined) =>
    (bound === undefined ? {} : { [name]: { value: bound } }) as Partial<Record<K, { value: number }>>;
  if (change) {
    const { absolute, relative, direction } = change;
    return { changeThreshold: { ...wrapped('absolute', absolute), ...wrapped('relative', relative), direction } };
  }
  return {
    valueThreshold: { ...wrapped('lowerBound', value?.lowerBound), ...wrapped('upperBound', value?.upperBound) },
  };
}
