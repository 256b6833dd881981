import { DATA_TYPES, type MetaGraphDef, type TensorInfo } from '../formats/protobuf/tensorflow.js';
import type { VersionStatus } from './served-model.js';

/** `GetModelStatusResponse` as TensorFlow Serving prints it. */
export function statusBody(statuses: readonly VersionStatus[]): string {
  return pretty({
    model_version_status: statuses.map(({ version, state, error }) => ({
      version: String(version),
      state,
      status: { error_code: error === '' ? 'OK' : 'UNKNOWN', error_message: error },
    })),
  });
}

/** `GetModelMetadataResponse` as TensorFlow Serving prints it: the signatures. */
export function metadataBody(name: string, version: number, { signature_def: signatures }: MetaGraphDef): string {
  const definitions = Object.entries(signatures).map(([signature, definition]) => [
    signature,
    {
      inputs: tensorInfos(definition.inputs),
      outputs: tensorInfos(definition.outputs),
      method_name: definition.method_name,
      defaults: {},
    },
  ]);
  return pretty({
    model_spec: { name, signature_name: '', version: String(version) },
    metadata: { signature_def: { signature_def: Object.fromEntries(definitions) as unknown } },
  });
}

function tensorInfos(infos: Readonly<Record<string, TensorInfo>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(infos).map(([name, info]) => {
      const dimensions = info.tensor_shape?.dim ?? [];
      const shape = {
        dim: dimensions.map(({ size }) => ({ size: String(size), name: '' })),
        unknown_rank: info.tensor_shape?.unknown_rank ?? false,
      };
      return [name, { dtype: dtypeName(info.dtype), tensor_shape: shape, name: info.name }];
    }),
  );
}

const SPECIAL: Readonly<Record<string, string>> = { float32: 'DT_FLOAT', float64: 'DT_DOUBLE' };

function dtypeName(dtype: number): string {
  const [name] = Object.entries(DATA_TYPES).find(([, value]) => value === dtype) ?? ['invalid'];
  return SPECIAL[name] ?? `DT_${name.toUpperCase()}`;
}

const pretty = (value: unknown) => `${JSON.stringify(value, undefined, 1)}\n`;
