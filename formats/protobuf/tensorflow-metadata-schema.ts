/** The messages and field numbers of TensorFlow Metadata's `schema.proto`. */
export const schemaProto = `
syntax = "proto2";
package tensorflow.metadata.v0;
enum LifecycleStage { UNKNOWN_STAGE = 0; PLANNED = 1; ALPHA = 2; BETA = 3; PRODUCTION = 4; DEPRECATED = 5;
  DEBUG_ONLY = 6; DISABLED = 7; VALIDATION_DERIVED = 9; }
enum FeatureType { TYPE_UNKNOWN = 0; BYTES = 1; INT = 2; FLOAT = 3; STRUCT = 4; }
message Schema {
  repeated Feature feature = 1;
  repeated SparseFeature sparse_feature = 6;
  repeated WeightedFeature weighted_feature = 12;
  repeated StringDomain string_domain = 4;
  repeated FloatDomain float_domain = 9;
  repeated IntDomain int_domain = 10;
  repeated string default_environment = 5;
  optional bool represent_variable_length_as_ragged = 14;
  optional Annotation annotation = 8;
  optional DatasetConstraints dataset_constraints = 11;
  map<string,TensorRepresentationGroup> tensor_representation_group = 13;
}
message ValueCountList {
  repeated ValueCount value_count = 1;
}
message Feature {
  optional string name = 1;
  optional bool deprecated = 2;
  optional FeatureType type = 6;
  optional DistributionConstraints distribution_constraints = 15;
  optional Annotation annotation = 16;
  optional FeatureComparator skew_comparator = 18;
  optional FeatureComparator drift_comparator = 21;
  repeated string in_environment = 20;
  repeated string not_in_environment = 19;
  optional LifecycleStage lifecycle_stage = 22;
  optional UniqueConstraints unique_constraints = 31;
  optional DerivedFeatureSource validation_derived_source = 34;
  optional SequenceMetadata sequence_metadata = 35;
  oneof presence_constraints { FeaturePresence presence = 14; FeaturePresenceWithinGroup group_presence = 17; }
  oneof shape_type { FixedShape shape = 23; ValueCount value_count = 5; ValueCountList value_counts = 32; }
   oneof domain_info { string domain = 7; IntDomain int_domain = 9; FloatDomain float_domain = 10; StringDomain
    string_domain = 11; BoolDomain bool_domain = 13; StructDomain struct_domain = 29; NaturalLanguageDomain
    natural_language_domain = 24; ImageDomain image_domain = 25; MIDDomain mid_domain = 26; URLDomain url_domain =
    27; TimeDomain time_domain = 28; TimeOfDayDomain time_of_day_domain = 30; }
}
message Annotation {
  repeated string tag = 1;
  repeated string comment = 2;
  repeated google.protobuf.Any extra_metadata = 3;
}
message NumericValueComparator {
  optional double min_fraction_threshold = 1;
  optional double max_fraction_threshold = 2;
}
message DatasetConstraints {
  optional NumericValueComparator num_examples_drift_comparator = 1;
  optional NumericValueComparator num_examples_version_comparator = 2;
  optional int64 min_examples_count = 3;
  optional int64 max_examples_count = 4;
}
message FixedShape {
  repeated FixedShape.Dim dim = 2;
  message Dim {
    optional int64 size = 1;
    optional string name = 2;
  }
}
message ValueCount {
  optional int64 min = 1;
  optional int64 max = 2;
}
message WeightedFeature {
  optional string name = 1;
  optional Path feature = 2;
  optional Path weight_feature = 3;
  optional LifecycleStage lifecycle_stage = 4;
}
message SparseFeature {
  optional string name = 1;
  optional bool deprecated = 2;
  optional LifecycleStage lifecycle_stage = 7;
  optional FeaturePresence presence = 4;
  optional FixedShape dense_shape = 5;
  repeated SparseFeature.IndexFeature index_feature = 6;
  optional bool is_sorted = 8;
  optional SparseFeature.ValueFeature value_feature = 9;
  optional FeatureType type = 10;
  message IndexFeature {
    optional string name = 1;
  }
  message ValueFeature {
    optional string name = 1;
  }
}
message DistributionConstraints {
  optional double min_domain_mass = 1 [default = 1.0];
}
message FeatureCoverageConstraints {
  optional float min_coverage = 1;
  optional float min_avg_token_length = 2;
  repeated string excluded_string_tokens = 3;
  repeated int64 excluded_int_tokens = 4 [packed = true];
  repeated string oov_string_tokens = 5;
}
message SequenceValueConstraints {
  optional int64 min_per_sequence = 3;
  optional int64 max_per_sequence = 4;
  optional float min_fraction_of_sequences = 5;
  optional float max_fraction_of_sequences = 6;
  oneof value { int64 int_value = 1; string string_value = 2; }
}
message SequenceLengthConstraints {
  repeated int64 excluded_int_value = 1;
  repeated string excluded_string_value = 2;
  optional int64 min_sequence_length = 3;
  optional int64 max_sequence_length = 4;
}
message IntDomain {
  optional string name = 1;
  optional int64 min = 3;
  optional int64 max = 4;
  optional bool is_categorical = 5;
}
message FloatDomain {
  optional string name = 1;
  optional float min = 3;
  optional float max = 4;
  optional bool disallow_nan = 5;
  optional bool disallow_inf = 6;
  optional bool is_embedding = 7;
  optional bool is_categorical = 8;
  optional int64 embedding_dim = 9;
  optional string embedding_type = 10;
}
message StructDomain {
  repeated Feature feature = 1;
  repeated SparseFeature sparse_feature = 2;
}
message StringDomain {
  optional string name = 1;
  repeated string value = 2;
  optional StringDomain.Categorical is_categorical = 3;
  enum Categorical { CATEGORICAL_UNSPECIFIED = 0; CATEGORICAL_YES = 1; CATEGORICAL_NO = 2; }
}
message BoolDomain {
  optional string name = 1;
  optional string true_value = 2;
  optional string false_value = 3;
}
message NaturalLanguageDomain {
  optional string vocabulary = 1;
  optional FeatureCoverageConstraints coverage = 2;
  repeated SequenceValueConstraints token_constraints = 3;
  optional SequenceLengthConstraints sequence_length_constraints = 5;
}
message ImageDomain {
  optional float minimum_supported_image_fraction = 1;
  optional int64 max_image_byte_size = 2;
}
message MIDDomain {
}
message URLDomain {
}
message TimeDomain {
  oneof format { string string_format = 1; TimeDomain.IntegerTimeFormat integer_format = 2; }
   enum IntegerTimeFormat { FORMAT_UNKNOWN = 0; UNIX_DAYS = 5; UNIX_SECONDS = 1; UNIX_MILLISECONDS = 2;
    UNIX_MICROSECONDS = 3; UNIX_NANOSECONDS = 4; }
}
message TimeOfDayDomain {
  oneof format { string string_format = 1; TimeOfDayDomain.IntegerTimeOfDayFormat integer_format = 2; }
  enum IntegerTimeOfDayFormat { FORMAT_UNKNOWN = 0; PACKED_64_NANOS = 1; }
}
message DerivedFeatureSource {
  optional string deriver_name = 1;
  optional string description = 2;
  repeated Path source_path = 3;
}
message FeaturePresence {
  optional double min_fraction = 1;
  optional int64 min_count = 2;
}
message FeaturePresenceWithinGroup {
  optional bool required = 1;
}
message InfinityNorm {
  optional double threshold = 1;
}
message HistogramSelection {
  optional HistogramSelection.Type type = 1;
  enum Type { DEFAULT = 0; QUANTILES = 1; STANDARD = 2; }
}
message JensenShannonDivergence {
  optional double threshold = 1;
  optional HistogramSelection source = 2;
}
message NormalizedAbsoluteDifference {
  optional double threshold = 1;
}
message FeatureComparator {
  optional InfinityNorm infinity_norm = 1;
  optional JensenShannonDivergence jensen_shannon_divergence = 2;
  optional NormalizedAbsoluteDifference normalized_abs_difference = 3;
}
message UniqueConstraints {
  optional int64 min = 1;
  optional int64 max = 2;
}
message TensorRepresentation {
   oneof kind { TensorRepresentation.DenseTensor dense_tensor = 1; TensorRepresentation.VarLenSparseTensor
    varlen_sparse_tensor = 2; TensorRepresentation.SparseTensor sparse_tensor = 3; TensorRepresentation.RaggedTensor
    ragged_tensor = 4; }
  enum RowPartitionDType { UNSPECIFIED = 0; INT64 = 1; INT32 = 2; }
  message DefaultValue {
    oneof kind { double float_value = 1; int64 int_value = 2; bytes bytes_value = 3; uint64 uint_value = 4; }
  }
  message DenseTensor {
    optional string column_name = 1;
    optional FixedShape shape = 2;
    optional TensorRepresentation.DefaultValue default_value = 3;
  }
  message VarLenSparseTensor {
    optional string column_name = 1;
  }
  message SparseTensor {
    optional FixedShape dense_shape = 1;
    repeated string index_column_names = 2;
    optional string value_column_name = 3;
    optional bool already_sorted = 4;
  }
  message RaggedTensor {
    optional Path feature_path = 1;
    repeated TensorRepresentation.RaggedTensor.Partition partition = 3;
    optional TensorRepresentation.RowPartitionDType row_partition_dtype = 2;
    message Partition {
      oneof kind { int64 uniform_row_length = 1; string row_length = 2; }
    }
  }
}
message TensorRepresentationGroup {
  map<string,TensorRepresentation> tensor_representation = 1;
}
message SequenceMetadata {
  optional SequenceMetadata.SequentialStatus sequential_status = 3;
  optional string joint_group = 4;
  optional int64 sequence_truncation_limit = 5;
  enum SequentialStatus { SEQUENTIAL_UNSPECIFIED = 0; SEQUENTIAL_YES = 1; SEQUENTIAL_NO = 2; }
}
`;
