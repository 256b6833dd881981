/** The messages and field numbers of TensorFlow Metadata's `path.proto`. */
export const pathProto = `
syntax = "proto2";
package tensorflow.metadata.v0;
message Path {
  repeated string step = 1;
}
`;
