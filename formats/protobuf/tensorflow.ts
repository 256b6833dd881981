import protobuf from 'protobufjs';

/**
 * The part of TensorFlow's protobufs that a SavedModel is made of. Field numbers are TensorFlow's
 * (saved_model.proto, meta_graph.proto, graph.proto, node_def.proto, attr_value.proto, tensor.proto, variable.proto).
 */
const PROTO = `
syntax = "proto3";
package tensorflow;
message SavedModel { int64 saved_model_schema_version = 1; repeated MetaGraphDef meta_graphs = 2; }
message MetaGraphDef {
  message MetaInfoDef { repeated string tags = 4; string tensorflow_version = 5; bool stripped_default_attrs = 7; }
  MetaInfoDef meta_info_def = 1;
  GraphDef graph_def = 2;
  SaverDef saver_def = 3;
  map<string, CollectionDef> collection_def = 4;
  map<string, SignatureDef> signature_def = 5;
  repeated AssetFileDef asset_file_def = 6;
}
message SaverDef {
  string filename_tensor_name = 1;
  string save_tensor_name = 2;
  string restore_op_name = 3;
  int32 max_to_keep = 4;
  bool sharded = 5;
  float keep_checkpoint_every_n_hours = 6;
  int32 version = 7;
}
message VariableDef {
  string variable_name = 1;
  string initializer_name = 2;
  string snapshot_name = 3;
  bool is_resource = 5;
  string initial_value_name = 6;
  bool trainable = 7;
}
message CollectionDef {
  message NodeList { repeated string value = 1; }
  message BytesList { repeated bytes value = 1; }
  oneof kind { NodeList node_list = 1; BytesList bytes_list = 2; }
}
message SignatureDef { map<string, TensorInfo> inputs = 1; map<string, TensorInfo> outputs = 2; string method_name = 3; }
message AssetFileDef { TensorInfo tensor_info = 1; string filename = 2; }
message TensorInfo {
  message CooSparse { string values_tensor_name = 1; string indices_tensor_name = 2; string dense_shape_tensor_name = 3; }
  string name = 1; int32 dtype = 2; TensorShapeProto tensor_shape = 3; CooSparse coo_sparse = 4;
}
message TensorShapeProto {
  message Dim { int64 size = 1; string name = 2; }
  repeated Dim dim = 2;
  bool unknown_rank = 3;
}
message GraphDef { repeated NodeDef node = 1; VersionDef versions = 4; }
message VersionDef { int32 producer = 1; int32 min_consumer = 2; }
message NodeDef { string name = 1; string op = 2; repeated string input = 3; string device = 4; map<string, AttrValue> attr = 5; }
message AttrValue {
  message ListValue {
    repeated bytes s = 2;
    repeated int64 i = 3;
    repeated float f = 4;
    repeated bool b = 5;
    repeated int32 type = 6;
    repeated TensorShapeProto shape = 7;
  }
  oneof value {
    ListValue list = 1;
    bytes s = 2;
    int64 i = 3;
    float f = 4;
    bool b = 5;
    int32 type = 6;
    TensorShapeProto shape = 7;
    TensorProto tensor = 8;
  }
}
message TensorProto {
  int32 dtype = 1;
  TensorShapeProto tensor_shape = 2;
  bytes tensor_content = 4;
  repeated bytes string_val = 8;
}
`;

const root = protobuf.parse(PROTO, { keepCase: true }).root;

export const SavedModelProto = root.lookupType('tensorflow.SavedModel');
export const VariableDefProto = root.lookupType('tensorflow.VariableDef');

/** TensorFlow's DataType numbers of the types that we use (types.proto). */
export const DATA_TYPES = {
  float32: 1,
  float64: 2,
  int32: 3,
  uint8: 4,
  string: 7,
  int64: 9,
  bool: 10,
  resource: 20,
  variant: 21,
} as const;

export type DType = keyof typeof DATA_TYPES;

const NAMES = new Map<number, DType>(Object.entries(DATA_TYPES).map(([name, number]) => [number, name as DType]));

/** The name of a DataType number; undefined for the ones that we do not use. */
export function dtypeName(number: number): DType | undefined {
  return NAMES.get(number);
}

/** A shape; -1 is a dimension that is known only when the graph runs. */
export type Shape = readonly number[];

export interface TensorShapeValue {
  readonly dim: readonly { readonly size: number }[];
  readonly unknown_rank?: boolean;
}

export interface TensorValue {
  readonly dtype: number;
  readonly tensor_shape: TensorShapeValue;
  /** Little-endian values of every type but string. */
  readonly tensor_content?: Uint8Array;
  readonly string_val?: readonly Uint8Array[];
}

export interface AttrList {
  readonly s?: readonly Uint8Array[];
  readonly i?: readonly number[];
  readonly f?: readonly number[];
  readonly b?: readonly boolean[];
  readonly type?: readonly number[];
  readonly shape?: readonly TensorShapeValue[];
}

/** An attribute of a node: exactly one of the fields is set. */
export interface AttrValue {
  readonly list?: AttrList;
  readonly s?: Uint8Array;
  readonly i?: number;
  readonly f?: number;
  readonly b?: boolean;
  readonly type?: number;
  readonly shape?: TensorShapeValue;
  readonly tensor?: TensorValue;
}

export interface NodeDef {
  readonly name: string;
  readonly op: string;
  /** `node`, `node:1`, or `^node` for a control input. */
  readonly input: readonly string[];
  readonly attr: Readonly<Record<string, AttrValue>>;
}

export interface TensorInfo {
  readonly name: string;
  readonly dtype: number;
  readonly tensor_shape?: TensorShapeValue;
  /** A sparse tensor's parts; then `name` is not set. */
  readonly coo_sparse?: {
    readonly values_tensor_name: string;
    readonly indices_tensor_name: string;
    readonly dense_shape_tensor_name: string;
  };
}

export interface SignatureDef {
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  readonly outputs: Readonly<Record<string, TensorInfo>>;
  readonly method_name: string;
}

export interface SaverDef {
  readonly filename_tensor_name: string;
  readonly save_tensor_name: string;
  readonly restore_op_name: string;
  readonly max_to_keep: number;
  readonly keep_checkpoint_every_n_hours: number;
  readonly version: number;
}

export interface CollectionDef {
  readonly node_list?: { readonly value: readonly string[] };
  readonly bytes_list?: { readonly value: readonly Uint8Array[] };
}

export interface MetaGraphDef {
  readonly meta_info_def: { readonly tags: readonly string[]; readonly tensorflow_version: string };
  readonly graph_def: { readonly node: readonly NodeDef[]; readonly versions: { readonly producer: number } };
  readonly saver_def?: SaverDef;
  readonly collection_def: Readonly<Record<string, CollectionDef>>;
  readonly signature_def: Readonly<Record<string, SignatureDef>>;
  readonly asset_file_def: readonly { readonly tensor_info: TensorInfo; readonly filename: string }[];
}

export interface VariableDef {
  readonly variable_name: string;
  readonly initializer_name: string;
  readonly snapshot_name: string;
  readonly initial_value_name: string;
  readonly is_resource: boolean;
  readonly trainable: boolean;
}

/** A shape as a protobuf; undefined is an unknown rank. */
export function shapeValue(shape: Shape | undefined): TensorShapeValue {
  return shape === undefined ? { dim: [], unknown_rank: true } : { dim: shape.map((size) => ({ size })) };
}
