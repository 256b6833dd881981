import { PipelineError } from '../../errors/pipeline-error.js';
import type { Optimizer } from '../../graph/tracing/optimizer.js';
import type { TrainingExamples } from './training-examples.js';

export interface EarlyStopping {
  /** Epochs without an improvement after which training ends. (Default: 3.) */
  readonly patience?: number;
  /** The least fall of the loss that is an improvement. (Default: 0.) */
  readonly minDelta?: number;
  /** Whether the weights of the best epoch are the result. (Default: true.) */
  readonly restoreBest?: boolean;
}

/** An optimizer by name with Keras' defaults, or with parameters of its own. */
export type OptimizerOption =
  | Optimizer['name']
  | { [N in Optimizer['name']]: Partial<Extract<Optimizer, { name: N }>> & { name: N } }[Optimizer['name']];

export interface FitOptions {
  /** Measured after each epoch; early stopping watches its loss. */
  readonly validation?: TrainingExamples | undefined;
  /** Passes over the training rows. (Default: 10.) */
  readonly epochs?: number;
  /** Rows per step. (Default: 32.) */
  readonly batchSize?: number;
  /** (Default: 0.001.) */
  readonly learningRate?: number | ((epoch: number) => number);
  /** (Default: `adam`.) */
  readonly optimizer?: OptimizerOption;
  /** Whether rows come in another order in each epoch, drawn from the seed. (Default: true.) */
  readonly shuffle?: boolean;
  readonly earlyStopping?: EarlyStopping | boolean;
  /** The transformed feature that weighs the examples. */
  readonly weight?: string;
  /** False: train by tfjs's own loop. (Default: true, with that loop as the fallback.) */
  readonly compiled?: boolean;
}

export interface CheckedFitOptions {
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: (epoch: number) => number;
  readonly optimizer: Optimizer;
  readonly shuffle: boolean;
  readonly earlyStopping: Required<EarlyStopping> | undefined;
  readonly compiled: boolean;
}

/** @throws TRAINER_OPTION_INVALID */
export function checkFitOptions(options: FitOptions): CheckedFitOptions {
  const { learningRate = 0.001, shuffle = true, compiled = true } = options;
  const epochs = whole('epochs', options.epochs ?? 10);
  const rate = typeof learningRate === 'function' ? learningRate : () => learningRate;
  const first = rate(0);
  if (!(first > 0 && Number.isFinite(first))) throw invalid('learningRate', 'a positive number', first);
  return {
    epochs,
    batchSize: whole('batchSize', options.batchSize ?? 32),
    learningRate: rate,
    optimizer: optimizerOf(options.optimizer ?? 'adam'),
    shuffle,
    earlyStopping: stoppingOf(options.earlyStopping),
    compiled,
  };
}

function stoppingOf(option: FitOptions['earlyStopping']): Required<EarlyStopping> | undefined {
  if (option === undefined || option === false) return undefined;
  return { patience: 3, minDelta: 0, restoreBest: true, ...(option === true ? {} : option) };
}

/** Keras' defaults. */
const DEFAULTS: { readonly [N in Optimizer['name']]: Extract<Optimizer, { name: N }> } = {
  adam: { name: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
  sgd: { name: 'sgd', momentum: 0, nesterov: false },
  rmsprop: { name: 'rmsprop', rho: 0.9, momentum: 0, epsilon: 1e-7 },
  adagrad: { name: 'adagrad', initialAccumulator: 0.1, epsilon: 1e-7 },
};

function optimizerOf(option: OptimizerOption): Optimizer {
  const own = typeof option === 'string' ? { name: option } : option;
  if (!Object.hasOwn(DEFAULTS, own.name)) throw invalid('optimizer', Object.keys(DEFAULTS).join(', '), own.name);
  return { ...DEFAULTS[own.name], ...own } as Optimizer;
}

function whole(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw invalid(name, 'a whole number above 0', value);
}

function invalid(name: string, expected: string, value: unknown): PipelineError {
  return new PipelineError('TRAINER_OPTION_INVALID', {
    what: `\`fit\` got ${name} ${String(value)}; it must be ${expected}.`,
    details: { option: name },
  });
}
