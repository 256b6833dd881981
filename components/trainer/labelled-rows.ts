import { PipelineError } from '../../errors/pipeline-error.js';
import type { FitOptions } from './fit-options.js';
import type { Head } from './heads.js';
import type { FeatureMatrix, TrainingExamples } from './training-examples.js';

interface LabelFacts {
  readonly head: Head;
  readonly classes: readonly string[] | undefined;
}

/** The rows to train on. @throws TRAINER_NO_ROWS */
export async function loadRows(
  examples: TrainingExamples,
  facts: LabelFacts & { readonly features: readonly string[] | undefined; readonly weight: string | undefined },
): Promise<FeatureMatrix> {
  const data = await examples.matrix({ ...facts, label: facts.head.label });
  if (data.rows > 0) return data;
  throw new PipelineError('TRAINER_NO_ROWS', {
    what: `Split ${examples.split} has no row with the label "${facts.head.label}" (${data.unlabelled} without).`,
  });
}

/** The rows to validate on whose labels the head knows; undefined when there are none. */
export async function loadValidation(
  options: FitOptions,
  facts: LabelFacts & { readonly outputs: number; readonly columns: FeatureMatrix['columns'] },
): Promise<FeatureMatrix | undefined> {
  const { head, columns, classes, outputs } = facts;
  const data = await options.validation?.matrix({ label: head.label, columns, classes, weight: options.weight });
  if (!data) return undefined;
  const known = keepRows(data, (row) => isLabel(head, data.y[row] ?? NaN, outputs));
  return known.rows > 0 ? known : undefined;
}

/** Labels that training never saw have no class: such rows measure nothing. */
function keepRows(data: FeatureMatrix, keep: (row: number) => boolean): FeatureMatrix {
  const rows = Array.from({ length: data.rows }, (_, row) => row).filter(keep);
  if (rows.length === data.rows) return data;
  const x = new Float32Array(rows.length * data.width);
  rows.forEach((row, at) => x.set(data.x.subarray(row * data.width, (row + 1) * data.width), at * data.width));
  const pick = (values: Float32Array) => Float32Array.from(rows, (row) => values[row] ?? NaN);
  return { ...data, x, y: pick(data.y), weight: data.weight ? pick(data.weight) : undefined, rows: rows.length };
}

/** How many numbers per row the network gives. */
export function outputsOf(head: Head, classes: readonly string[] | undefined, y: Float32Array): number {
  if (head.kind !== 'multiclass') return 1;
  const seen = y.reduce((largest, label) => Math.max(largest, label), 0) + 1;
  return Math.max(2, head.count ?? classes?.length ?? seen);
}

function isLabel(head: Head, label: number, outputs: number): boolean {
  if (head.kind === 'regression') return Number.isFinite(label);
  return Number.isInteger(label) && label >= 0 && label < (head.kind === 'binary' ? 2 : outputs);
}

/** @throws TRAINER_LABEL_INVALID, TRAINER_ONE_CLASS */
export function checkLabels(head: Head, y: Float32Array, outputs: number): void {
  const wrong = y.find((label) => !isLabel(head, label, outputs));
  if (wrong === undefined) {
    requireSeveralClasses(head, y);
    return;
  }
  const expected = { regression: 'a finite number', binary: '0 or 1', multiclass: `a class from 0 to ${outputs - 1}` };
  throw new PipelineError('TRAINER_LABEL_INVALID', {
    what: `The label "${head.label}" is ${wrong} in a training row; it must be ${expected[head.kind]}.`,
    details: { label: head.label, found: wrong },
  });
}

/** A classifier of one class would learn to say its name, and be right on the rows that it was given. */
function requireSeveralClasses(head: Head, y: Float32Array): void {
  if (head.kind === 'regression' || y.some((label) => label !== y[0])) return;
  throw new PipelineError('TRAINER_ONE_CLASS', {
    what: `All ${y.length} training rows have the same class of ${head.label}.`,
    details: { label: head.label, rows: y.length },
  });
}
