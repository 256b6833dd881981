import protobuf from 'protobufjs';
import { decodePlain, encodePlain, type Int64 } from './plain-message.js';

/**
 * The part of TensorFlow Model Analysis's protobufs that an evaluation is written in. Field numbers are TFMA's
 * (config.proto, metrics_for_slice.proto, validation_result.proto).
 */
const PROTO = `
syntax = "proto3";
package tensorflow_model_analysis;
message DoubleValue { double value = 1; }
message Int32Value { int32 value = 1; }
message BoolValue { bool value = 1; }
enum MetricDirection { UNKNOWN = 0; LOWER_IS_BETTER = 1; HIGHER_IS_BETTER = 2; }
message SlicingSpec { repeated string feature_keys = 1; map<string, string> feature_values = 2; }
message GenericChangeThreshold { DoubleValue absolute = 1; DoubleValue relative = 2; MetricDirection direction = 3; }
message GenericValueThreshold { DoubleValue lower_bound = 1; DoubleValue upper_bound = 2; }
message MetricThreshold { GenericValueThreshold value_threshold = 1; GenericChangeThreshold change_threshold = 2; }
message SubKey { Int32Value class_id = 1; Int32Value k = 2; Int32Value top_k = 3; }
message AggregationType { bool micro_average = 1; bool macro_average = 2; bool weighted_macro_average = 3; }
message MetricKey {
  string name = 1;
  string output_name = 2;
  SubKey sub_key = 3;
  string model_name = 4;
  bool is_diff = 5;
  AggregationType aggregation_type = 6;
  BoolValue example_weighted = 7;
}
message MetricValue { oneof type { DoubleValue double_value = 1; bytes bytes_value = 6; string debug_message = 10; } }
message SingleSliceKey {
  string column = 1;
  oneof kind { bytes bytes_value = 2; float float_value = 3; int64 int64_value = 4; }
}
message SliceKey { repeated SingleSliceKey single_slice_keys = 1; }
message MetricsForSlice {
  message MetricKeyAndValue { MetricKey key = 1; MetricValue value = 2; }
  SliceKey slice_key = 1;
  repeated MetricKeyAndValue metric_keys_and_values = 51;
}
message ConfusionMatrixAtThresholds {
  message ConfusionMatrixAtThreshold {
    double threshold = 1;
    double false_negatives = 2;
    double true_negatives = 3;
    double false_positives = 4;
    double true_positives = 5;
    double precision = 6;
    double recall = 7;
    double false_positive_rate = 20;
    double f1 = 21;
    double accuracy = 22;
    double false_omission_rate = 23;
  }
  repeated ConfusionMatrixAtThreshold matrices = 1;
}
message CalibrationHistogramBuckets {
  message Bucket {
    double lower_threshold_inclusive = 1;
    double upper_threshold_exclusive = 2;
    DoubleValue num_weighted_examples = 3;
    DoubleValue total_weighted_label = 4;
    DoubleValue total_weighted_refined_prediction = 5;
  }
  repeated Bucket buckets = 1;
}
message PlotData {
  CalibrationHistogramBuckets calibration_histogram_buckets = 1;
  ConfusionMatrixAtThresholds confusion_matrix_at_thresholds = 2;
}
message PlotKey {
  string output_name = 2;
  SubKey sub_key = 3;
  string model_name = 4;
  BoolValue example_weighted = 5;
  string name = 6;
}
message PlotsForSlice {
  message PlotKeyAndValue { PlotKey key = 1; PlotData value = 2; }
  SliceKey slice_key = 1;
  repeated PlotKeyAndValue plot_keys_and_values = 8;
}
message ValidationFailure {
  MetricKey metric_key = 1;
  MetricThreshold metric_threshold = 2;
  MetricValue metric_value = 3;
  string message = 4;
}
message SlicingDetails { SlicingSpec slicing_spec = 1; int32 num_matching_slices = 2; }
message ValidationDetails { repeated SlicingDetails slicing_details = 1; }
message MetricsValidationForSlice { SliceKey slice_key = 2; repeated ValidationFailure failures = 3; }
message ValidationResult {
  bool validation_ok = 1;
  repeated MetricsValidationForSlice metric_validations_per_slice = 2;
  repeated SlicingSpec missing_slices = 3;
  ValidationDetails validation_details = 4;
  bool missing_thresholds = 6;
  bool rubber_stamp = 7;
}
`;

const root = protobuf.parse(PROTO, { keepCase: false }).root.resolveAll();
const lookup = (name: string) => root.lookupType(`tensorflow_model_analysis.${name}`);

/** A wrapper message: unset and 0 differ. */
export interface Wrapped<T> {
  readonly value?: T;
}

export interface SlicingSpecProto {
  readonly featureKeys?: readonly string[];
  readonly featureValues?: Readonly<Record<string, string>>;
}

export interface MetricThresholdProto {
  readonly valueThreshold?: { readonly lowerBound?: Wrapped<number>; readonly upperBound?: Wrapped<number> };
  readonly changeThreshold?: {
    readonly absolute?: Wrapped<number>;
    readonly relative?: Wrapped<number>;
    readonly direction?: string;
  };
}

export interface MetricKeyProto {
  readonly name?: string;
  readonly outputName?: string;
  readonly modelName?: string;
  readonly subKey?: { readonly classId?: Wrapped<number> };
  readonly isDiff?: boolean;
  readonly aggregationType?: { readonly macroAverage?: boolean };
  readonly exampleWeighted?: Wrapped<boolean>;
}

export interface SliceKeyProto {
  readonly singleSliceKeys?: readonly {
    readonly column?: string;
    readonly bytesValue?: Uint8Array;
    readonly floatValue?: number;
    readonly int64Value?: Int64;
  }[];
}

export interface MetricsForSliceProto {
  readonly sliceKey?: SliceKeyProto;
  readonly metricKeysAndValues?: readonly {
    readonly key?: MetricKeyProto;
    readonly value?: { readonly doubleValue?: Wrapped<number>; readonly debugMessage?: string };
  }[];
}

export interface ConfusionMatrixProto {
  readonly threshold?: number;
  readonly falseNegatives?: number;
  readonly trueNegatives?: number;
  readonly falsePositives?: number;
  readonly truePositives?: number;
  readonly precision?: number;
  readonly recall?: number;
  readonly falsePositiveRate?: number;
  readonly f1?: number;
  readonly accuracy?: number;
  readonly falseOmissionRate?: number;
}

export interface CalibrationBucketProto {
  readonly lowerThresholdInclusive?: number;
  readonly upperThresholdExclusive?: number;
  readonly numWeightedExamples?: Wrapped<number>;
  readonly totalWeightedLabel?: Wrapped<number>;
  readonly totalWeightedRefinedPrediction?: Wrapped<number>;
}

export interface PlotsForSliceProto {
  readonly sliceKey?: SliceKeyProto;
  readonly plotKeysAndValues?: readonly {
    readonly key?: Omit<MetricKeyProto, 'isDiff' | 'aggregationType'>;
    readonly value?: {
      readonly calibrationHistogramBuckets?: { readonly buckets?: readonly CalibrationBucketProto[] };
      readonly confusionMatrixAtThresholds?: { readonly matrices?: readonly ConfusionMatrixProto[] };
    };
  }[];
}

export interface ValidationResultProto {
  readonly validationOk?: boolean;
  readonly missingThresholds?: boolean;
  readonly rubberStamp?: boolean;
  readonly metricValidationsPerSlice?: readonly {
    readonly sliceKey?: SliceKeyProto;
    readonly failures?: readonly {
      readonly metricKey?: MetricKeyProto;
      readonly metricThreshold?: MetricThresholdProto;
      readonly metricValue?: { readonly doubleValue?: Wrapped<number> };
      readonly message?: string;
    }[];
  }[];
  readonly missingSlices?: readonly SlicingSpecProto[];
  readonly validationDetails?: {
    readonly slicingDetails?: readonly {
      readonly slicingSpec?: SlicingSpecProto;
      readonly numMatchingSlices?: number;
    }[];
  };
}

const metricsForSlice = lookup('MetricsForSlice');
const plotsForSlice = lookup('PlotsForSlice');
const validationResult = lookup('ValidationResult');

export const encodeMetricsForSlice = (plain: MetricsForSliceProto) => encodePlain(metricsForSlice, plain);
export const decodeMetricsForSlice = (bytes: Uint8Array) => decodePlain<MetricsForSliceProto>(metricsForSlice, bytes);
export const encodePlotsForSlice = (plain: PlotsForSliceProto) => encodePlain(plotsForSlice, plain);
export const decodePlotsForSlice = (bytes: Uint8Array) => decodePlain<PlotsForSliceProto>(plotsForSlice, bytes);
export const encodeValidationResult = (plain: ValidationResultProto) => encodePlain(validationResult, plain);
export const decodeValidationResult = (bytes: Uint8Array) =>
  decodePlain<ValidationResultProto>(validationResult, bytes);
