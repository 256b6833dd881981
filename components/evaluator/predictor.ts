import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { PipelineError } from '../../errors/pipeline-error.js';
import { openSavedModel, textOf, type SavedModelSession } from '../../graph/tensorflow/saved-model-session.js';
import type { TensorData } from '../../graph/tensorflow/session.js';
import type { Answers } from './measure.js';
import type { Head } from './metrics/metric.js';

/** A model as Evaluator needs it: serialized tf.Examples of raw features in, labels and scores out. */
export interface Predictor {
  readonly head: Head;
  /** Names of the classes; of a regression and a nameless binary one entry. */
  readonly classes: readonly string[];
  /** The transformed feature that is the label. */
  readonly label: string;
  readonly signature: string;
  predict(examples: readonly Uint8Array[]): Answers;
  dispose(): void;
}

/** What a model of ours says of itself in `assets.extra/tfx_model.json`. */
interface ModelFacts {
  readonly head?: Head;
  readonly label?: string;
  readonly classes?: readonly string[];
}

/** The folder of a Model artifact's SavedModel. */
export function servingFolder(modelPath: string): string {
  return path.join(modelPath, 'Format-Serving');
}

/**
 * Opens a model for evaluation: scores come from `serving_default`, labels from `transform_features`.
 *
 * @param label - the transformed label; the model's own when undefined.
 * @throws EVALUATION_LABEL_MISSING, EVALUATION_PREDICTION_INVALID and what opening a SavedModel throws.
 */
export async function openPredictor(folder: string, label?: string): Promise<Predictor> {
  const facts = await modelFacts(folder);
  const serving = await openSavedModel(folder);
  try {
    return describePredictor(serving, facts, label);
  } catch (error) {
    serving.dispose();
    throw error;
  }
}

async function modelFacts(folder: string): Promise<ModelFacts> {
  try {
    return JSON.parse(await readFile(path.join(folder, 'assets.extra', 'tfx_model.json'), 'utf8')) as ModelFacts;
  } catch {
    return {};
  }
}

function describePredictor(serving: SavedModelSession, facts: ModelFacts, wanted: string | undefined): Predictor {
  const output = scoreOutput(serving);
  const width = serving.outputs[output]?.shape?.at(-1) ?? 1;
  const head = facts.head ?? (output !== 'probabilities' ? 'regression' : width > 1 ? 'multiclass' : 'binary');
  const count = head === 'multiclass' ? (facts.classes?.length ?? width) : 1;
  if (count < 1) throw invalid(`its output "${output}" does not say how many classes it has`);
  const transformed = labelled(serving);
  const label = wanted ?? facts.label;
  if (label === undefined || !Object.hasOwn(transformed.outputs, label)) throw labelMissing(label, transformed);
  const names = facts.classes ?? [];
  const input = singleInput(serving);
  const labelInput = singleInput(transformed);
  return {
    head,
    classes: head === 'multiclass' ? Array.from({ length: count }, (_, i) => names[i] ?? String(i)) : names,
    label,
    signature: serving.signature,
    predict(examples) {
      const scores = toNumbers(serving.predict({ [input]: examples })[output], examples.length, count);
      const found = transformed.predict({ [labelInput]: examples })[label];
      return { scores, labels: toLabels(found, examples.length, head, names) };
    },
    dispose: () => {
      serving.dispose();
    },
  };
}

function labelled(serving: SavedModelSession): SavedModelSession {
  if (serving.signatures.includes('transform_features')) return serving.withSignature('transform_features');
  throw new PipelineError('EVALUATION_LABEL_MISSING', {
    what: `The model has no signature "transform_features"; it has ${serving.signatures.join(', ')}.`,
  });
}

function labelMissing(label: string | undefined, transformed: SavedModelSession): PipelineError {
  const known = Object.keys(transformed.outputs).join(', ');
  return new PipelineError('EVALUATION_LABEL_MISSING', {
    what:
      label === undefined
        ? `The model does not say what its label is; its transformed features are ${known}.`
        : `There is no transformed feature ${JSON.stringify(label)}; the model has ${known}.`,
    details: { label },
  });
}

function scoreOutput({ outputs }: SavedModelSession): string {
  const names = Object.keys(outputs);
  const found = ['probabilities', 'outputs'].find((name) => names.includes(name));
  const only = names.length === 1 ? names[0] : undefined;
  const name = found ?? only;
  if (name === undefined) throw invalid(`its outputs are ${names.join(', ')}`);
  return name;
}

function singleInput({ inputs, signature }: SavedModelSession): string {
  const names = Object.keys(inputs);
  if (names.length === 1 && inputs[names[0] as string]?.dtype === 'string') return names[0] as string;
  throw invalid(`signature "${signature}" does not take serialized tf.Examples alone`);
}

function invalid(reason: string): PipelineError {
  return new PipelineError('EVALUATION_PREDICTION_INVALID', { what: `The model cannot be evaluated: ${reason}.` });
}

function toNumbers(tensor: TensorData | undefined, rows: number, width: number): Float64Array {
  const values = tensor?.dtype === 'string' ? undefined : (tensor?.values as ArrayLike<number | bigint> | undefined);
  if (values?.length !== rows * width) {
    throw invalid(`for ${rows} examples it gave ${values?.length ?? 'no'} numbers instead of ${rows * width}`);
  }
  return Float64Array.from(values, Number);
}

/** Numbers as they are, names as the index of their class, one-hot rows as the index of the 1. */
function toLabels(tensor: TensorData | undefined, rows: number, head: Head, classes: readonly string[]): Float64Array {
  if (!tensor) return new Float64Array(rows).fill(NaN);
  const { length } = tensor.values;
  if (tensor.dtype === 'string' && length === rows) {
    return Float64Array.from(textOf(tensor), (name) => (name === '' ? NaN : classes.indexOf(name)));
  }
  if (length === rows) return toNumbers(tensor, rows, 1);
  const width = length / rows;
  if (head === 'regression' || !Number.isInteger(width)) throw invalid(`a label has ${width} values`);
  const values = toNumbers(tensor, rows, width);
  return Float64Array.from({ length: rows }, (_, row) => {
    const own = values.subarray(row * width, (row + 1) * width);
    return own.indexOf(Math.max(...own));
  });
}
