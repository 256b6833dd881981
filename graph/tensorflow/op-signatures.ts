/**
 * The ops that graphs may use: inputs, outputs and the attributes that say their types and counts, from TensorFlow
 * 2.15's op registry. `values: N*T` is N tensors of type T; `T: type = INT32` has a default; types in capitals are fixed.
 */
export const OP_SIGNATURES = `
Abs(x: T) -> (y: T) T: type
Acos(x: T) -> (y: T) T: type
Acosh(x: T) -> (y: T) T: type
Add(x: T, y: T) -> (z: T) T: type
AddN(inputs: N*T) -> (sum: T) N: int; T: type
AddV2(x: T, y: T) -> (z: T) T: type
All(input: BOOL, reduction_indices: Tidx) -> (output: BOOL) Tidx: type = INT32
Any(input: BOOL, reduction_indices: Tidx) -> (output: BOOL) Tidx: type = INT32
ArgMax(input: T, dimension: Tidx) -> (output: output_type) T: type; Tidx: type = INT32; output_type: type = INT64
ArgMin(input: T, dimension: Tidx) -> (output: output_type) T: type; Tidx: type = INT32; output_type: type = INT64
AsString(input: T) -> (output: STRING) T: type
Asin(x: T) -> (y: T) T: type
Asinh(x: T) -> (y: T) T: type
Assert(condition: BOOL, data: T) -> () T: list(type)
AssignAddVariableOp(resource: RESOURCE, value: dtype) -> () dtype: type
AssignVariableOp(resource: RESOURCE, value: dtype) -> () dtype: type
Atan(x: T) -> (y: T) T: type
Atan2(y: T, x: T) -> (z: T) T: type
Atanh(x: T) -> (y: T) T: type
AvgPool(value: T) -> (output: T) T: type
AvgPool3D(input: T) -> (output: T) T: type
AvgPool3DGrad(orig_input_shape: INT32, grad: T) -> (output: T) T: type
AvgPoolGrad(orig_input_shape: INT32, grad: T) -> (output: T) T: type
BatchMatMulV2(x: T, y: T) -> (output: T) T: type
BatchToSpaceND(input: T, block_shape: Tblock_shape, crops: Tcrops) -> (output: T) T: type; Tblock_shape: type = INT32; Tcrops: type = INT32
BiasAdd(value: T, bias: T) -> (output: T) T: type
Bincount(arr: INT32, size: INT32, weights: T) -> (bins: T) T: type
BroadcastArgs(s0: T, s1: T) -> (r0: T) T: type = INT32
BroadcastTo(input: T, shape: Tidx) -> (output: T) T: type; Tidx: type = INT32
Bucketize(input: T) -> (output: INT32) T: type
Cast(x: SrcT) -> (y: DstT) SrcT: type; DstT: type
Ceil(x: T) -> (y: T) T: type
ClipByValue(t: T, clip_value_min: T, clip_value_max: T) -> (output: T) T: type
ConcatV2(values: N*T, axis: Tidx) -> (output: T) N: int; T: type; Tidx: type = INT32
Const() -> (output: dtype) dtype: type
Conv2D(input: T, filter: T) -> (output: T) T: type
Conv2DBackpropFilter(input: T, filter_sizes: INT32, out_backprop: T) -> (output: T) T: type
Conv2DBackpropInput(input_sizes: INT32, filter: T, out_backprop: T) -> (output: T) T: type
Conv3D(input: T, filter: T) -> (output: T) T: type
Conv3DBackpropFilterV2(input: T, filter_sizes: INT32, out_backprop: T) -> (output: T) T: type
Conv3DBackpropInputV2(input_sizes: Tshape, filter: T, out_backprop: T) -> (output: T) T: type; Tshape: type = INT32
Cos(x: T) -> (y: T) T: type
Cosh(x: T) -> (y: T) T: type
Cumprod(x: T, axis: Tidx) -> (out: T) T: type; Tidx: type = INT32
Cumsum(x: T, axis: Tidx) -> (out: T) T: type; Tidx: type = INT32
DecodeRaw(bytes: STRING) -> (output: out_type) out_type: type
DenseBincount(input: Tidx, size: Tidx, weights: T) -> (output: T) Tidx: type; T: type
DepthToSpace(input: T) -> (output: T) T: type
DepthwiseConv2dNative(input: T, filter: T) -> (output: T) T: type
DepthwiseConv2dNativeBackpropFilter(input: T, filter_sizes: INT32, out_backprop: T) -> (output: T) T: type
DepthwiseConv2dNativeBackpropInput(input_sizes: INT32, filter: T, out_backprop: T) -> (output: T) T: type
Div(x: T, y: T) -> (z: T) T: type
DivNoNan(x: T, y: T) -> (z: T) T: type
Einsum(inputs: N*T) -> (output: T) N: int; T: type
Elu(features: T) -> (activations: T) T: type
EluGrad(gradients: T, outputs: T) -> (backprops: T) T: type
Enter(data: T) -> (output: T) T: type
Equal(x: T, y: T) -> (z: BOOL) T: type
Erf(x: T) -> (y: T) T: type
Exit(data: T) -> (output: T) T: type
Exp(x: T) -> (y: T) T: type
ExpandDims(input: T, dim: Tdim) -> (output: T) T: type; Tdim: type = INT32
Expm1(x: T) -> (y: T) T: type
Fill(dims: index_type, value: T) -> (output: T) T: type; index_type: type = INT32
Floor(x: T) -> (y: T) T: type
FloorDiv(x: T, y: T) -> (z: T) T: type
FloorMod(x: T, y: T) -> (z: T) T: type
FusedBatchNorm(x: T, scale: T, offset: T, mean: T, variance: T) -> (y: T, batch_mean: T, batch_variance: T, reserve_space_1: T, reserve_space_2: T) T: type
FusedBatchNormV3(x: T, scale: U, offset: U, mean: U, variance: U) -> (y: T, batch_mean: U, batch_variance: U, reserve_space_1: U, reserve_space_2: U, reserve_space_3: U) T: type; U: type
GatherNd(params: Tparams, indices: Tindices) -> (output: Tparams) Tparams: type; Tindices: type
GatherV2(params: Tparams, indices: Tindices, axis: Taxis) -> (output: Tparams) Tparams: type; Tindices: type; Taxis: type
Greater(x: T, y: T) -> (z: BOOL) T: type
GreaterEqual(x: T, y: T) -> (z: BOOL) T: type
HashTableV2() -> (table_handle: RESOURCE) key_dtype: type; value_dtype: type
Identity(input: T) -> (output: T) T: type
IdentityN(input: T) -> (output: T) T: list(type)
InTopKV2(predictions: FLOAT, targets: T, k: T) -> (precision: BOOL) T: type = INT32
InitializeTableFromTextFileV2(table_handle: RESOURCE, filename: STRING) -> ()
InitializeTableV2(table_handle: RESOURCE, keys: Tkey, values: Tval) -> () Tkey: type; Tval: type
IsFinite(x: T) -> (y: BOOL) T: type
IsInf(x: T) -> (y: BOOL) T: type
IsNan(x: T) -> (y: BOOL) T: type
LRN(input: T) -> (output: T) T: type = FLOAT
LRNGrad(input_grads: T, input_image: T, output_image: T) -> (output: T) T: type = FLOAT
LeakyRelu(features: T) -> (activations: T) T: type = FLOAT
Less(x: T, y: T) -> (z: BOOL) T: type
LessEqual(x: T, y: T) -> (z: BOOL) T: type
LinSpace(start: T, stop: T, num: Tidx) -> (output: T) T: type; Tidx: type = INT32
Log(x: T) -> (y: T) T: type
Log1p(x: T) -> (y: T) T: type
LogSoftmax(logits: T) -> (logsoftmax: T) T: type
LogicalAnd(x: BOOL, y: BOOL) -> (z: BOOL)
LogicalNot(x: BOOL) -> (y: BOOL)
LogicalOr(x: BOOL, y: BOOL) -> (z: BOOL)
LookupTableExportV2(table_handle: RESOURCE) -> (keys: Tkeys, values: Tvalues) Tkeys: type; Tvalues: type
LookupTableFindV2(table_handle: RESOURCE, keys: Tin, default_value: Tout) -> (values: Tout) Tin: type; Tout: type
LookupTableImportV2(table_handle: RESOURCE, keys: Tin, values: Tout) -> () Tin: type; Tout: type
LookupTableSizeV2(table_handle: RESOURCE) -> (size: INT64)
LoopCond(input: BOOL) -> (output: BOOL)
LowerBound(sorted_inputs: T, values: T) -> (output: out_type) T: type; out_type: type = INT32
MatMul(a: T, b: T) -> (product: T) T: type
Max(input: T, reduction_indices: Tidx) -> (output: T) T: type; Tidx: type = INT32
MaxPool(input: T) -> (output: T) T: type = FLOAT
MaxPool3D(input: T) -> (output: T) T: type
MaxPool3DGrad(orig_input: TInput, orig_output: TInput, grad: T) -> (output: T) T: type = FLOAT; TInput: type = FLOAT
MaxPoolGrad(orig_input: T, orig_output: T, grad: T) -> (output: T) T: type = FLOAT
Maximum(x: T, y: T) -> (z: T) T: type
Mean(input: T, reduction_indices: Tidx) -> (output: T) T: type; Tidx: type = INT32
Merge(inputs: N*T) -> (output: T, value_index: INT32) T: type; N: int
MergeV2Checkpoints(checkpoint_prefixes: STRING, destination_prefix: STRING) -> ()
Min(input: T, reduction_indices: Tidx) -> (output: T) T: type; Tidx: type = INT32
Minimum(x: T, y: T) -> (z: T) T: type
MirrorPad(input: T, paddings: Tpaddings) -> (output: T) T: type; Tpaddings: type = INT32
Mod(x: T, y: T) -> (z: T) T: type
Mul(x: T, y: T) -> (z: T) T: type
Neg(x: T) -> (y: T) T: type
NextIteration(data: T) -> (output: T) T: type
NoOp() -> ()
NotEqual(x: T, y: T) -> (z: BOOL) T: type
OneHot(indices: TI, depth: INT32, on_value: T, off_value: T) -> (output: T) T: type; TI: type = INT64
OnesLike(x: T) -> (y: T) T: type
Pack(values: N*T) -> (output: T) N: int; T: type
PadV2(input: T, paddings: Tpaddings, constant_values: T) -> (output: T) T: type; Tpaddings: type = INT32
ParseExampleV2(serialized: STRING, names: STRING, sparse_keys: STRING, dense_keys: STRING, ragged_keys: STRING, dense_defaults: Tdense) -> (sparse_indices: num_sparse*INT64, sparse_values: sparse_types, sparse_shapes: num_sparse*INT64, dense_values: Tdense, ragged_values: ragged_value_types, ragged_row_splits: ragged_split_types) Tdense: list(type); num_sparse: int; sparse_types: list(type); ragged_value_types: list(type); ragged_split_types: list(type)
ParseSingleExample(serialized: STRING, dense_defaults: Tdense) -> (sparse_indices: num_sparse*INT64, sparse_values: sparse_types, sparse_shapes: num_sparse*INT64, dense_values: Tdense) num_sparse: int; sparse_types: list(type); Tdense: list(type)
PartitionedCall(args: Tin) -> (output: Tout) Tin: list(type); Tout: list(type)
Placeholder() -> (output: dtype) dtype: type
PlaceholderWithDefault(input: dtype) -> (output: dtype) dtype: type
Pow(x: T, y: T) -> (z: T) T: type
Prod(input: T, reduction_indices: Tidx) -> (output: T) T: type; Tidx: type = INT32
RaggedTensorToTensor(shape: Tshape, values: T, default_value: T, row_partition_tensors: num_row_partition_tensors*Tindex) -> (result: T) T: type; Tindex: type; Tshape: type; num_row_partition_tensors: int
RandomStandardNormal(shape: T) -> (output: dtype) dtype: type; T: type
RandomUniform(shape: T) -> (output: dtype) dtype: type; T: type
Range(start: Tidx, limit: Tidx, delta: Tidx) -> (output: Tidx) Tidx: type = INT32
ReadVariableOp(resource: RESOURCE) -> (value: dtype) dtype: type
RealDiv(x: T, y: T) -> (z: T) T: type
Reciprocal(x: T) -> (y: T) T: type
RegexFullMatch(input: STRING, pattern: STRING) -> (output: BOOL)
RegexReplace(input: STRING, pattern: STRING, rewrite: STRING) -> (output: STRING)
Relu(features: T) -> (activations: T) T: type
Relu6(features: T) -> (activations: T) T: type
ReluGrad(gradients: T, features: T) -> (backprops: T) T: type
Reshape(tensor: T, shape: Tshape) -> (output: T) T: type; Tshape: type = INT32
ResizeBilinear(images: T, size: INT32) -> (resized_images: FLOAT) T: type
ResizeBilinearGrad(grads: FLOAT, original_image: T) -> (output: T) T: type
ResizeNearestNeighbor(images: T, size: INT32) -> (resized_images: T) T: type
ResizeNearestNeighborGrad(grads: T, size: INT32) -> (output: T) T: type
ResourceApplyAdagradV2(var: RESOURCE, accum: RESOURCE, lr: T, epsilon: T, grad: T) -> () T: type
ResourceApplyAdam(var: RESOURCE, m: RESOURCE, v: RESOURCE, beta1_power: T, beta2_power: T, lr: T, beta1: T, beta2: T, epsilon: T, grad: T) -> () T: type
ResourceApplyGradientDescent(var: RESOURCE, alpha: T, delta: T) -> () T: type
ResourceApplyKerasMomentum(var: RESOURCE, accum: RESOURCE, lr: T, grad: T, momentum: T) -> () T: type
ResourceApplyRMSProp(var: RESOURCE, ms: RESOURCE, mom: RESOURCE, lr: T, rho: T, momentum: T, epsilon: T, grad: T) -> () T: type
RestoreV2(prefix: STRING, tensor_names: STRING, shape_and_slices: STRING) -> (tensors: dtypes) dtypes: list(type)
ReverseV2(tensor: T, axis: Tidx) -> (output: T) Tidx: type = INT32; T: type
Rint(x: T) -> (y: T) T: type
Round(x: T) -> (y: T) T: type
Rsqrt(x: T) -> (y: T) T: type
SaveV2(prefix: STRING, tensor_names: STRING, shape_and_slices: STRING, tensors: dtypes) -> () dtypes: list(type)
ScatterNd(indices: Tindices, updates: T, shape: Tindices) -> (output: T) T: type; Tindices: type
SegmentSum(data: T, segment_ids: Tindices) -> (output: T) T: type; Tindices: type
Select(condition: BOOL, t: T, e: T) -> (output: T) T: type
SelectV2(condition: BOOL, t: T, e: T) -> (output: T) T: type
Selu(features: T) -> (activations: T) T: type
Shape(input: T) -> (output: out_type) T: type; out_type: type = INT32
ShardedFilename(basename: STRING, shard: INT32, num_shards: INT32) -> (filename: STRING)
Sigmoid(x: T) -> (y: T) T: type
SigmoidGrad(y: T, dy: T) -> (z: T) T: type
Sign(x: T) -> (y: T) T: type
Sin(x: T) -> (y: T) T: type
Sinh(x: T) -> (y: T) T: type
Slice(input: T, begin: Index, size: Index) -> (output: T) T: type; Index: type
Softmax(logits: T) -> (softmax: T) T: type
Softplus(features: T) -> (activations: T) T: type
Softsign(features: T) -> (activations: T) T: type
SpaceToBatchND(input: T, block_shape: Tblock_shape, paddings: Tpaddings) -> (output: T) T: type; Tblock_shape: type = INT32; Tpaddings: type = INT32
SparseFillEmptyRows(indices: INT64, values: T, dense_shape: INT64, default_value: T) -> (output_indices: INT64, output_values: T, empty_row_indicator: BOOL, reverse_index_map: INT64) T: type
SparseReshape(input_indices: INT64, input_shape: INT64, new_shape: INT64) -> (output_indices: INT64, output_shape: INT64)
SparseSegmentSum(data: T, indices: Tidx, segment_ids: Tsegmentids) -> (output: T) T: type; Tidx: type = INT32; Tsegmentids: type = INT32
SparseTensorDenseMatMul(a_indices: Tindices, a_values: T, a_shape: INT64, b: T) -> (product: T) T: type; Tindices: type = INT64
SparseToDense(sparse_indices: Tindices, output_shape: Tindices, sparse_values: T, default_value: T) -> (dense: T) T: type; Tindices: type
SplitV(value: T, size_splits: Tlen, split_dim: INT32) -> (output: num_split*T) num_split: int; T: type; Tlen: type = INT64
Sqrt(x: T) -> (y: T) T: type
Square(x: T) -> (y: T) T: type
SquaredDifference(x: T, y: T) -> (z: T) T: type
Squeeze(input: T) -> (output: T) T: type
StatefulPartitionedCall(args: Tin) -> (output: Tout) Tin: list(type); Tout: list(type)
StatelessRandomUniform(shape: T, seed: Tseed) -> (output: dtype) dtype: type = FLOAT; T: type = INT32; Tseed: type = INT64
StaticRegexFullMatch(input: STRING) -> (output: BOOL)
StaticRegexReplace(input: STRING) -> (output: STRING)
StopGradient(input: T) -> (output: T) T: type
StridedSlice(input: T, begin: Index, end: Index, strides: Index) -> (output: T) T: type; Index: type
StringJoin(inputs: N*STRING) -> (output: STRING) N: int
StringLength(input: STRING) -> (output: INT32)
StringLower(input: STRING) -> (output: STRING)
StringNGrams(data: STRING, data_splits: Tsplits) -> (ngrams: STRING, ngrams_splits: Tsplits) Tsplits: type = INT64
StringSplitV2(input: STRING, sep: STRING) -> (indices: INT64, values: STRING, shape: INT64)
StringStrip(input: STRING) -> (output: STRING)
StringToHashBucket(string_tensor: STRING) -> (output: INT64)
StringToHashBucketFast(input: STRING) -> (output: INT64)
StringToHashBucketStrong(input: STRING) -> (output: INT64)
StringToNumber(string_tensor: STRING) -> (output: out_type) out_type: type = FLOAT
StringUpper(input: STRING) -> (output: STRING)
Sub(x: T, y: T) -> (z: T) T: type
Substr(input: STRING, pos: T, len: T) -> (output: STRING) T: type
Sum(input: T, reduction_indices: Tidx) -> (output: T) T: type; Tidx: type = INT32
Switch(data: T, pred: BOOL) -> (output_false: T, output_true: T) T: type
Tan(x: T) -> (y: T) T: type
Tanh(x: T) -> (y: T) T: type
TanhGrad(y: T, dy: T) -> (z: T) T: type
TensorScatterUpdate(tensor: T, indices: Tindices, updates: T) -> (output: T) T: type; Tindices: type
Tile(input: T, multiples: Tmultiples) -> (output: T) T: type; Tmultiples: type = INT32
TopKV2(input: T, k: Tk) -> (values: T, indices: index_type) T: type; Tk: type = INT32; index_type: type = INT32
Transpose(x: T, perm: Tperm) -> (y: T) T: type; Tperm: type = INT32
UniqueV2(x: T, axis: Taxis) -> (y: T, idx: out_idx) T: type; Taxis: type = INT64; out_idx: type = INT32
Unpack(value: T) -> (output: num*T) num: int; T: type
UnsortedSegmentSum(data: T, segment_ids: Tindices, num_segments: Tnumsegments) -> (output: T) T: type; Tindices: type; Tnumsegments: type = INT32
UpperBound(sorted_inputs: T, values: T) -> (output: out_type) T: type; out_type: type = INT32
VarHandleOp() -> (resource: RESOURCE) dtype: type
Where(input: T) -> (index: INT64) T: type = BOOL
ZerosLike(x: T) -> (y: T) T: type
`;
