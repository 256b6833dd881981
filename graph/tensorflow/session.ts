import { PipelineError } from '../../errors/pipeline-error.js';
import type { DType, Shape } from '../../formats/protobuf/tensorflow.js';
import { typedArray, type ConstantValues } from './constants.js';
import { loadNativeBinding } from './native-binding.js';

/** A tensor's values: booleans are 0 and 1 in a Uint8Array, strings are bytes (they need not be UTF-8). */
export type TensorValues = Float32Array | Int32Array | BigInt64Array | Uint8Array | readonly Uint8Array[];

/** A tensor outside TensorFlow: values in row-major order. */
export interface TensorData {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly values: TensorValues;
}

/** A tensor to give to a graph. */
export interface Feed {
  /** The graph's tensor, `node:0`. */
  readonly tensor: string;
  readonly dtype: DType;
  readonly shape: Shape;
  readonly values: ConstantValues;
}

/** What of tfjs-node's native binding is used. It is private there: tfjs-node is pinned. */
interface Binding {
  readonly [constant: `TF_${string}`]: number;
  createTensor(shape: Shape, dtype: number, values: unknown): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): TensorValues;
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(session: number): void;
  runSavedModel(
    session: number,
    inputs: readonly number[],
    inputNames: string,
    outputNames: string,
  ): readonly { readonly id: number; readonly shape: readonly number[]; readonly dtype: number }[];
}

const CONSTANTS = {
  float32: 'TF_FLOAT',
  int32: 'TF_INT32',
  int64: 'TF_INT64',
  bool: 'TF_BOOL',
  uint8: 'TF_UINT8',
  string: 'TF_STRING',
} as const satisfies Partial<Record<DType, string>>;

/**
 * A loaded SavedModel with its own variables and tables. tfjs's own loader shares one session between all openings of
 * a path and knows no int64; this one talks to the same native binding beneath it.
 */
export class Session {
  readonly #binding: Binding;
  readonly #id: number;
  #disposed = false;

  private constructor(binding: Binding, id: number) {
    this.#binding = binding;
    this.#id = id;
  }

  /** @throws MODEL_UNREADABLE when TensorFlow cannot load the folder. */
  static async open(folder: string): Promise<Session> {
    const binding = (await loadNativeBinding()) as Binding;
    try {
      return new Session(binding, binding.loadSavedModel(folder, 'serve,'));
    } catch (cause) {
      throw new PipelineError('MODEL_UNREADABLE', {
        what: `TensorFlow cannot load ${folder}: ${firstLine(cause)}`,
        cause,
      });
    }
  }

  /** Runs the graph once. Feeds and fetches are names of tensors. @throws MODEL_RUN_FAILED */
  run(feeds: readonly Feed[], fetches: readonly string[]): TensorData[] {
    const binding = this.#binding;
    const ids: number[] = [];
    try {
      for (const feed of feeds) ids.push(this.#create(feed));
      const names = feeds.map((feed) => feed.tensor).join(',');
      const found = binding.runSavedModel(this.#id, ids, names, fetches.join(','));
      return found.map((tensor) => this.#take(tensor));
    } catch (cause) {
      throw new PipelineError('MODEL_RUN_FAILED', { what: `TensorFlow: ${firstLine(cause)}`, cause });
    } finally {
      for (const id of ids) binding.deleteTensor(id);
    }
  }

  /** Frees the session. May be called more than once. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#binding.deleteSavedModel(this.#id);
  }

  #create({ dtype, shape, values }: Feed): number {
    const constant = CONSTANTS[dtype as keyof typeof CONSTANTS] as keyof typeof CONSTANTS | undefined;
    const type = constant === undefined ? undefined : this.#binding[constant as `TF_${string}`];
    if (type === undefined) throw new TypeError(`tensors of type ${dtype} cannot be fed`);
    if (dtype === 'string') {
      const bytes = Array.from(values as ArrayLike<string | Uint8Array>, (value) =>
        typeof value === 'string' ? Buffer.from(value) : value,
      );
      return this.#binding.createTensor(shape, type, bytes);
    }
    const array = typedArray(dtype, values);
    // The binding takes int64 values as pairs of int32 halves.
    const data =
      array instanceof BigInt64Array ? new Int32Array(array.buffer, array.byteOffset, array.length * 2) : array;
    return this.#binding.createTensor(shape, type, data);
  }

  #take({ id, shape, dtype }: { readonly id: number; readonly shape: Shape; readonly dtype: number }): TensorData {
    try {
      return { dtype: this.#nameOf(dtype), shape, values: this.#binding.tensorDataSync(id) };
    } finally {
      this.#binding.deleteTensor(id);
    }
  }

  #nameOf(dtype: number): DType {
    for (const [name, constant] of Object.entries(CONSTANTS)) {
      if (this.#binding[constant] === dtype) return name as DType;
    }
    throw new TypeError(`outputs of TensorFlow's data type ${dtype} cannot be read`);
  }
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (text.split('\n')[0] ?? '').slice(0, 500);
}
