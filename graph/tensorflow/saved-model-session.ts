import { resolve } from 'node:path';
import { PipelineError } from '../../errors/pipeline-error.js';
import { dtypeName, type DType, type Shape, type TensorInfo } from '../../formats/protobuf/tensorflow.js';
import { readSavedModel } from '../../formats/saved-model.js';
import type { ConstantValues } from './constants.js';
import { Session, type Feed, type TensorData } from './session.js';

/** A tensor that a signature takes or gives. */
export interface SignatureInfo {
  readonly dtype: DType;
  /** -1 is a dimension that is known at run time; undefined an unknown rank. */
  readonly shape: Shape | undefined;
}

/**
 * Values for an input: flat values in row-major order when its shape leaves at most one dimension open (the batch),
 * else with their shape. float32 takes numbers, int64 bigints or whole numbers, strings text or bytes.
 */
export type FeedValues = ConstantValues | { readonly shape: Shape; readonly values: ConstantValues };

export interface SavedModelSession {
  readonly signature: string;
  /** All signatures that the model has. */
  readonly signatures: readonly string[];
  readonly inputs: Readonly<Record<string, SignatureInfo>>;
  readonly outputs: Readonly<Record<string, SignatureInfo>>;
  /**
   * Runs the signature; int64 outputs are BigInt64Array, string outputs byte arrays (`textOf` decodes them).
   * Blocks while it runs. @throws MODEL_INPUT_INVALID, MODEL_RUN_FAILED
   */
  predict(feeds: Readonly<Record<string, FeedValues>>): Record<string, TensorData>;
  /** Another signature of the same loaded model: same variables and tables. */
  withSignature(signature: string): SavedModelSession;
  /** Frees the loaded model, for every signature. */
  dispose(): void;
}

export interface OpenOptions {
  /** Default: `serving_default`. */
  readonly signature?: string;
}

/**
 * Loads a SavedModel from a folder; each opening has its own variables and tables.
 *
 * @throws TENSORFLOW_MISSING, MODEL_UNREADABLE, MODEL_SIGNATURE_MISSING
 */
export async function openSavedModel(path: string, options: OpenOptions = {}): Promise<SavedModelSession> {
  const folder = resolve(path);
  const { signature_def: definitions } = await readSavedModel(folder);
  const session = await Session.open(folder);
  const open = (signature: string): SavedModelSession => {
    const definition = definitions[signature];
    if (!definition) throw missingSignature(folder, signature, Object.keys(definitions));
    const tensors = { inputs: Object.entries(definition.inputs), outputs: Object.entries(definition.outputs) };
    const inputs = Object.fromEntries(tensors.inputs.map(([name, info]) => [name, describe(info)]));
    return {
      signature,
      signatures: Object.keys(definitions).filter((name) => !name.startsWith('__')),
      inputs,
      outputs: Object.fromEntries(tensors.outputs.map(([name, info]) => [name, describe(info)])),
      predict(feeds) {
        const given = tensors.inputs.map(([name, info]) =>
          feedOf(name, info, inputs[name] as SignatureInfo, feeds[name]),
        );
        refuseOthers(Object.keys(feeds), inputs);
        const found = session.run(
          given,
          tensors.outputs.map(([, info]) => info.name),
        );
        return Object.fromEntries(tensors.outputs.map(([name], index) => [name, found[index] as TensorData]));
      },
      withSignature: open,
      dispose: () => session.dispose(),
    };
  };
  try {
    return open(options.signature ?? 'serving_default');
  } catch (error) {
    session.dispose();
    throw error;
  }
}

/** A string tensor's values as text. */
export function textOf(tensor: TensorData): string[] {
  return Array.from(tensor.values as readonly Uint8Array[], (bytes) => Buffer.from(bytes).toString('utf8'));
}

function describe(info: TensorInfo): SignatureInfo {
  const shape = info.tensor_shape;
  return {
    dtype: dtypeName(info.dtype) ?? 'variant',
    shape: shape && !shape.unknown_rank ? shape.dim.map((dimension) => dimension.size) : undefined,
  };
}

function feedOf(name: string, info: TensorInfo, expected: SignatureInfo, given: FeedValues | undefined): Feed {
  if (given === undefined) {
    throw new PipelineError('MODEL_INPUT_INVALID', { what: `The model's input "${name}" was not given.` });
  }
  const shaped = 'shape' in given ? given : { shape: undefined, values: given };
  const shape = shaped.shape ?? shapeOf(name, expected.shape, shaped.values.length);
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  if (size !== shaped.values.length) {
    throw new PipelineError('MODEL_INPUT_INVALID', {
      what: `The model's input "${name}" of shape [${shape.join(', ')}] needs ${size} values and got ${shaped.values.length}.`,
    });
  }
  return { tensor: info.name, dtype: expected.dtype, shape, values: shaped.values };
}

function shapeOf(name: string, expected: Shape | undefined, length: number): Shape {
  const open = expected?.filter((dimension) => dimension < 0).length ?? Infinity;
  if (expected === undefined || open > 1) {
    throw new PipelineError('MODEL_INPUT_INVALID', {
      what: `The model's input "${name}" leaves more than one dimension open: give its values as { shape, values }.`,
    });
  }
  const known = expected.reduce((product, dimension) => (dimension < 0 ? product : product * dimension), 1);
  const batch = length / known;
  if (!Number.isInteger(batch)) {
    throw new PipelineError('MODEL_INPUT_INVALID', {
      what: `The model's input "${name}" takes rows of ${known} values and got ${length} values.`,
    });
  }
  return expected.map((dimension) => (dimension < 0 ? batch : dimension));
}

function refuseOthers(given: readonly string[], inputs: Readonly<Record<string, SignatureInfo>>): void {
  const unknown = given.find((name) => !Object.hasOwn(inputs, name));
  if (unknown === undefined) return;
  throw new PipelineError('MODEL_INPUT_INVALID', {
    what: `The model has no input "${unknown}"; it has ${Object.keys(inputs).join(', ')}.`,
  });
}

function missingSignature(folder: string, signature: string, known: readonly string[]): PipelineError {
  const has = known.filter((name) => !name.startsWith('__')).join(', ');
  return new PipelineError('MODEL_SIGNATURE_MISSING', {
    what: `The SavedModel in ${folder} has no signature "${signature}"; it has ${has || 'none'}.`,
  });
}
