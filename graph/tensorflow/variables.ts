import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import {
  VariableDefProto,
  type CollectionDef,
  type DType,
  type SaverDef,
  type Shape,
  type VariableDef,
} from '../../formats/protobuf/tensorflow.js';
import { attr } from './attributes.js';
import { control, GraphBuilder, output, type TensorName } from './graph-builder.js';
import { runGraph } from './run-graph.js';
import type { TensorData } from './session.js';

/** A variable of a graph. */
export interface GraphVariable {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
  readonly trainable: boolean;
  /** The resource. */
  readonly handle: TensorName;
  /** The value when the graph begins to run. */
  readonly read: TensorName;
  readonly initializer: TensorName;
  readonly initialValue: TensorName;
}

/** What a SavedModel says of its variables: how they are restored, and that they are there. */
export interface SaverParts {
  readonly saver: SaverDef;
  readonly collections: Readonly<Record<string, CollectionDef>>;
}

/** Declares a variable; its initializer fills it with zeros, the restore op with what was saved under `name`. */
export function declareVariable(
  graph: GraphBuilder,
  name: string,
  facts: { readonly dtype: DType; readonly shape: Shape; readonly trainable: boolean },
): GraphVariable {
  const type = { dtype: attr.type(facts.dtype) };
  const attributes = { ...type, shape: attr.shape(facts.shape), shared_name: attr.string(name) };
  const handle = graph.op('VarHandleOp', [], attributes, name);
  const read = graph.op('ReadVariableOp', [handle], type, `${name}/Read`);
  const fill = [graph.int32(facts.shape), graph.scalar(facts.dtype, 0)];
  const initialValue = graph.op('Fill', fill, {}, `${name}/zeros`);
  const initializer = graph.op('AssignVariableOp', [handle, initialValue], type, `${name}/Init`);
  return { ...facts, name, handle, read, initializer, initialValue };
}

/** Adds the ops that save and restore all variables, as `tf.compat.v1.train.Saver` lays them out. */
export function addSaver(graph: GraphBuilder, variables: readonly GraphVariable[]): SaverParts {
  const dtypes = variables.map((variable) => variable.dtype);
  const types = { dtypes: attr.types(dtypes) };
  const names = variables.map((variable) => variable.name);
  const file = graph.const('string', [], ['model'], 'save/Const');
  const list = [file, ...wholeTensors(graph, names)];
  const reads = variables.map((variable) => variable.read);
  const save = graph.op('SaveV2', [...list, ...reads], types, 'save/SaveV2');
  const saved = graph.identity(file, 'save/control_dependency', [save]);
  const restore = graph.op('RestoreV2', list, types, 'save/RestoreV2');
  const assigns = variables.map((variable, index) => {
    const value = graph.identity(output(restore, index), 'save/Identity');
    return graph.op('AssignVariableOp', [variable.handle, value], {}, 'save/AssignVariableOp');
  });
  const restoreAll = graph.op('NoOp', assigns.map(control), {}, 'save/restore_all');
  return {
    saver: {
      filename_tensor_name: `${file}:0`,
      save_tensor_name: `${saved}:0`,
      restore_op_name: restoreAll,
      max_to_keep: 5,
      keep_checkpoint_every_n_hours: 10_000,
      version: 2,
    },
    collections: {
      variables: { bytes_list: { value: variables.map(encodeVariable) } },
      trainable_variables: { bytes_list: { value: variables.filter((v) => v.trainable).map(encodeVariable) } },
    },
  };
}

/** The nodes that a pruned graph must keep for its saver and for Python's view of the variables. */
export function saverRoots(parts: SaverParts, variables: readonly GraphVariable[]): TensorName[] {
  const { saver } = parts;
  return [saver.restore_op_name, saver.save_tensor_name, ...variables.flatMap((v) => [v.initializer, v.read])];
}

/** A variable's value under its name. */
export interface NamedTensor extends TensorData {
  readonly name: string;
}

/**
 * Writes a checkpoint (TensorFlow's TensorBundle: `<prefix>.index`, `<prefix>.data-00000-of-00001`) with TensorFlow's
 * own SaveV2. For a SavedModel the prefix is `variables/variables`.
 */
export async function saveCheckpoint(prefix: string, tensors: readonly NamedTensor[]): Promise<void> {
  await mkdir(dirname(prefix), { recursive: true });
  const graph = new GraphBuilder();
  const path = graph.placeholder('prefix', 'string', []);
  const names = tensors.map((tensor) => tensor.name);
  const inputs = tensors.map((tensor, index) => graph.placeholder(`value_${index}`, tensor.dtype, tensor.shape));
  const list = [path, ...wholeTensors(graph, names)];
  const save = graph.op('SaveV2', [...list, ...inputs], { dtypes: attr.types(tensors.map((t) => t.dtype)) });
  const done = graph.identity(path, 'done', [save]);
  const feeds = tensors.map((tensor, index) => ({ ...tensor, tensor: inputs[index] as string }));
  await runGraph(graph, [{ tensor: path, dtype: 'string', shape: [], values: [resolve(prefix)] }, ...feeds], [done]);
}

/** Reads tensors of a checkpoint by name and type, with TensorFlow's own RestoreV2. */
export async function readCheckpoint(
  prefix: string,
  wanted: readonly { readonly name: string; readonly dtype: DType }[],
): Promise<NamedTensor[]> {
  const graph = new GraphBuilder();
  const names = wanted.map((tensor) => tensor.name);
  const path = graph.const('string', [], [resolve(prefix)]);
  const list = [path, ...wholeTensors(graph, names)];
  const restore = graph.op('RestoreV2', list, { dtypes: attr.types(wanted.map((tensor) => tensor.dtype)) });
  const found = await runGraph(
    graph,
    [],
    wanted.map((_, index) => output(restore, index)),
  );
  return found.map((tensor, index) => ({ ...tensor, name: names[index] as string }));
}

/** The names and slices that SaveV2 and RestoreV2 take: an empty slice is the whole tensor. */
function wholeTensors(graph: GraphBuilder, names: readonly string[]): [names: TensorName, slices: TensorName] {
  const strings = (values: readonly string[]) => graph.const('string', [values.length], values);
  return [strings(names), strings(names.map(() => ''))];
}

function encodeVariable(variable: GraphVariable): Uint8Array {
  const definition: VariableDef = {
    variable_name: `${variable.handle}:0`,
    initializer_name: variable.initializer,
    snapshot_name: `${variable.read}:0`,
    initial_value_name: `${variable.initialValue}:0`,
    is_resource: true,
    trainable: variable.trainable,
  };
  return VariableDefProto.encode(VariableDefProto.create({ ...definition })).finish();
}
