import protobuf from 'protobufjs';

const source = `
syntax = "proto3";
package tensorflow.data_validation;
message FeatureSkew {
  string feature_name = 1; uint64 base_count = 2; uint64 test_count = 3; uint64 match_count = 4;
  uint64 base_only = 5; uint64 test_only = 6; uint64 mismatch_count = 7; uint64 diff_count = 8;
}
message SkewPair {
  bytes base = 1; bytes test = 2; repeated string base_only_features = 3; repeated string test_only_features = 4;
  repeated string matched_features = 5; repeated string mismatched_features = 6;
}
message ConfusionCount {
  message Value { bytes bytes_value = 1; }
  string feature_name = 1; Value base = 2; Value test = 3; uint64 count = 4;
}
message MatchStats {
  uint64 base_with_id_count = 1; uint64 test_with_id_count = 2; uint64 identifiers_count = 3;
  uint64 ids_missing_in_base_count = 4; uint64 ids_missing_in_test_count = 5; uint64 matching_pairs_count = 6;
  uint64 base_missing_id_count = 7; uint64 test_missing_id_count = 8; uint64 duplicate_id_count = 9;
}
`;

const { root } = protobuf.parse(source);
root.resolveAll();

const message = (name: string): protobuf.Type => root.lookupType(`tensorflow.data_validation.${name}`);

export const FeatureSkewMessage = message('FeatureSkew');
export const SkewPairMessage = message('SkewPair');
export const ConfusionCountMessage = message('ConfusionCount');
export const MatchStatsMessage = message('MatchStats');
