import protobuf from 'protobufjs';
import { PipelineError } from '../../errors/pipeline-error.js';
import { parseTextProto } from '../../formats/text-proto.js';
import { parseParameters, type ParameterSchema } from '../parameters.js';
import { CustomValidationConfig } from './custom-validation-config.js';

const { root } = protobuf.parse(`
syntax = "proto2";
package tensorflow.data_validation;
message Path { repeated string step = 1; }
enum Severity { UNKNOWN = 0; WARNING = 1; ERROR = 2; }
message Validation {
  optional string sql_expression = 1; optional Severity severity = 2; optional string description = 3;
  repeated string in_environment = 4;
}
message FeatureValidation {
  optional string dataset_name = 1; optional Path feature_path = 2; repeated Validation validations = 3;
}
message FeaturePairValidation {
  optional string dataset_name = 1; optional string base_dataset_name = 2; optional Path feature_test_path = 3;
  optional Path feature_base_path = 4; repeated Validation validations = 5;
}
message CustomValidationConfig {
  repeated FeatureValidation feature_validations = 1; repeated FeaturePairValidation feature_pair_validations = 2;
}
`);
const message = root.lookupType('tensorflow.data_validation.CustomValidationConfig');

/**
 * Reads a `CustomValidationConfig`, as text protobuf or as JSON.
 *
 * @param source what the text is, for the error
 * @throws TEXT_PROTO_INVALID, CUSTOM_VALIDATION_FILE, PARAMETERS_INVALID
 */
export function parseCustomValidation(text: string, source: string): CustomValidationConfig {
  const given = text.trimStart().startsWith('{') ? fromJson(text, source) : parseTextProto(message, text, source);
  const checked = parseParameters(CustomValidationConfig as ParameterSchema, given, source);
  return checked;
}

function fromJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PipelineError('CUSTOM_VALIDATION_FILE', {
      what: `${source} is no JSON: ${(cause as Error).message}.`,
      cause,
    });
  }
}
