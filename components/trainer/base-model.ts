import { join } from 'node:path';
import { VariableDefProto, type VariableDef } from '../../formats/protobuf/tensorflow.js';
import { readSavedModel } from '../../formats/saved-model.js';
import { readCheckpoint } from '../../graph/tensorflow/variables.js';
import type { SavedState } from './training-checkpoint.js';

/**
 * The weights of a SavedModel that Trainer wrote, by name; none for other SavedModels.
 *
 * @throws MODEL_UNREADABLE
 */
export async function readWeights(folder: string): Promise<SavedState> {
  const { collection_def: collections } = await readSavedModel(folder);
  const definitions = collections['variables']?.bytes_list?.value ?? [];
  const names = definitions.map((bytes) => {
    const { variable_name: name } = VariableDefProto.decode(bytes) as unknown as VariableDef;
    return name.replace(/:0$/, '');
  });
  if (names.length === 0) return new Map();
  const wanted = names.map((name) => ({ name, dtype: 'float32' as const }));
  const tensors = await readCheckpoint(join(folder, 'variables', 'variables'), wanted);
  return new Map(tensors.map(({ name, shape, values }) => [name, { shape, values: values as Float32Array }]));
}
