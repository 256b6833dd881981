/** The messages and field numbers of TensorFlow Metadata's `statistics.proto`. */
export const statisticsProto = `
syntax = "proto3";
package tensorflow.metadata.v0;
message DatasetFeatureStatisticsList {
  repeated DatasetFeatureStatistics datasets = 1;
}
message DatasetFeatureStatistics {
  string name = 1;
  uint64 num_examples = 2;
  double weighted_num_examples = 4;
  repeated FeatureNameStatistics features = 3;
  repeated CrossFeatureStatistics cross_features = 5;
}
message CrossFeatureStatistics {
  Path path_x = 1;
  Path path_y = 2;
  uint64 count = 3;
   oneof cross_stats { NumericCrossStatistics num_cross_stats = 4; CategoricalCrossStatistics
    categorical_cross_stats = 5; }
}
message NumericCrossStatistics {
  float correlation = 1;
  float covariance = 2;
}
message CategoricalCrossStatistics {
  LiftStatistics lift = 1;
}
message LiftStatistics {
  repeated LiftSeries lift_series = 1;
  repeated LiftSeries weighted_lift_series = 2;
}
message LiftSeries {
  repeated LiftSeries.LiftValue lift_values = 6;
  oneof y_value { int32 y_int = 1; string y_string = 2; LiftSeries.Bucket y_bucket = 3; }
  oneof y_count_value { uint64 y_count = 4; double weighted_y_count = 5; }
  message Bucket {
    double low_value = 1;
    double high_value = 2;
  }
  message LiftValue {
    double lift = 3;
    oneof x_value { int32 x_int = 1; string x_string = 2; }
    oneof x_count_value { uint64 x_count = 4; double weighted_x_count = 5; }
    oneof x_and_y_count_value { uint64 x_and_y_count = 6; double weighted_x_and_y_count = 7; }
  }
}
message FeatureNameStatistics {
  FeatureNameStatistics.Type type = 2;
  repeated CustomStatistic custom_stats = 6;
  DerivedFeatureSource validation_derived_source = 10;
  oneof field_id { string name = 1; Path path = 8; }
   oneof stats { NumericStatistics num_stats = 3; StringStatistics string_stats = 4; BytesStatistics bytes_stats =
    5; StructStatistics struct_stats = 7; }
  enum Type { INT = 0; FLOAT = 1; STRING = 2; BYTES = 3; STRUCT = 4; }
}
message WeightedCommonStatistics {
  double num_non_missing = 1;
  double num_missing = 2;
  double avg_num_values = 3;
  double tot_num_values = 4;
}
message CustomStatistic {
  string name = 1;
   oneof val { double num = 2; string str = 3; Histogram histogram = 4; RankHistogram rank_histogram = 5;
    google.protobuf.Any any = 6; }
}
message NumericStatistics {
  CommonStatistics common_stats = 1;
  double mean = 2;
  double std_dev = 3;
  uint64 num_zeros = 4;
  double min = 5;
  double median = 6;
  double max = 7;
  repeated Histogram histograms = 8;
  WeightedNumericStatistics weighted_numeric_stats = 9;
}
message StringStatistics {
  CommonStatistics common_stats = 1;
  uint64 unique = 2;
  repeated StringStatistics.FreqAndValue top_values = 3;
  float avg_length = 4;
  RankHistogram rank_histogram = 5;
  WeightedStringStatistics weighted_string_stats = 6;
  string vocabulary_file = 7;
  uint64 invalid_utf8_count = 8;
  message FreqAndValue {
    string value = 2;
    double frequency = 3;
  }
}
message NaturalLanguageStatistics {
  double feature_coverage = 1;
  double avg_token_length = 2;
  Histogram token_length_histogram = 3;
  int64 min_sequence_length = 10;
  int64 max_sequence_length = 11;
  Histogram sequence_length_histogram = 9;
  int64 location_misses = 4;
  repeated string reported_sequences = 5;
  repeated NaturalLanguageStatistics.TokenStatistics token_statistics = 6;
  RankHistogram rank_histogram = 7;
  WeightedNaturalLanguageStatistics weighted_nl_statistics = 8;
  message TokenStatistics {
    double frequency = 3;
    double fraction_of_sequences = 4;
    double per_sequence_min_frequency = 5;
    double per_sequence_avg_frequency = 6;
    double per_sequence_max_frequency = 7;
    Histogram positions = 8;
    oneof token { string string_token = 1; int64 int_token = 2; }
  }
}
message WeightedNumericStatistics {
  double mean = 1;
  double std_dev = 2;
  double median = 3;
  repeated Histogram histograms = 4;
}
message WeightedStringStatistics {
  repeated StringStatistics.FreqAndValue top_values = 1;
  RankHistogram rank_histogram = 2;
}
message WeightedNaturalLanguageStatistics {
  double feature_coverage = 1;
  double avg_token_length = 2;
  Histogram token_length_histogram = 3;
  Histogram sequence_length_histogram = 9;
  double location_misses = 4;
  NaturalLanguageStatistics.TokenStatistics token_statistics = 5;
  RankHistogram rank_histogram = 6;
}
message BytesStatistics {
  CommonStatistics common_stats = 1;
  uint64 unique = 2;
  float avg_num_bytes = 3;
  float min_num_bytes = 4;
  float max_num_bytes = 5;
  int64 max_num_bytes_int = 6;
}
message StructStatistics {
  CommonStatistics common_stats = 1;
}
message PresenceAndValencyStatistics {
  uint64 num_non_missing = 1;
  uint64 num_missing = 2;
  uint64 min_num_values = 3;
  uint64 max_num_values = 4;
  uint64 tot_num_values = 5;
}
message CommonStatistics {
  uint64 num_non_missing = 1;
  uint64 num_missing = 2;
  uint64 min_num_values = 3;
  uint64 max_num_values = 4;
  float avg_num_values = 5;
  uint64 tot_num_values = 8;
  Histogram num_values_histogram = 6;
  WeightedCommonStatistics weighted_common_stats = 7;
  Histogram feature_list_length_histogram = 9;
  repeated PresenceAndValencyStatistics presence_and_valency_stats = 10;
  repeated WeightedCommonStatistics weighted_presence_and_valency_stats = 11;
}
message Histogram {
  uint64 num_nan = 1;
  uint64 num_undefined = 2;
  repeated Histogram.Bucket buckets = 3;
  Histogram.HistogramType type = 4;
  string name = 5;
  enum HistogramType { STANDARD = 0; QUANTILES = 1; }
  message Bucket {
    double low_value = 1;
    double high_value = 2;
    double sample_count = 4;
  }
}
message RankHistogram {
  repeated RankHistogram.Bucket buckets = 1;
  string name = 2;
  message Bucket {
    uint64 low_rank = 1;
    uint64 high_rank = 2;
    string label = 4;
    double sample_count = 5;
  }
}
`;
