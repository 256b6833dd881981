import type { OpenExamplesOptions } from '../../formats/examples.js';
import type { EvaluationConfig } from './evaluation-config.js';
import { featureValues, knownLabels, readBatches, weightsOf, type RowBatch } from './evaluation-rows.js';
import { addBatch, createEvaluation, type Answers, type EvaluationState, type ModelRole } from './measure.js';
import type { EvaluationPlan } from './plan.js';
import type { Predictor } from './predictor.js';

export interface EvaluationWork {
  readonly plan: EvaluationPlan;
  readonly config: EvaluationConfig;
  readonly models: Readonly<Partial<Record<ModelRole, Predictor>>>;
  readonly folders: readonly string[];
  readonly options: OpenExamplesOptions;
  readonly signal: AbortSignal;
  readonly onRows: (rows: number) => void;
}

export interface Evaluated {
  readonly state: EvaluationState;
  /** All rows read, with and without a label. */
  readonly rows: number;
}

/** Streams the examples through the models and collects all metrics' states. Rows are never held beyond a batch. */
export async function evaluateModels(work: EvaluationWork): Promise<Evaluated> {
  const state = createEvaluation();
  let rows = 0;
  for await (const batch of readBatches(work.folders, work.plan, work.config, work.options)) {
    work.signal.throwIfAborted();
    addBatch(state, work.plan, {
      rows: batch.rows.length,
      weights: weightsOf(batch.rows, work.config.weight),
      features: (row) => featureValues(batch.rows[row] ?? {}),
      answers: answersOf(work, batch),
    });
    rows += batch.rows.length;
    work.onRows(rows);
  }
  return { state, rows };
}

function answersOf({ models }: EvaluationWork, batch: RowBatch): Partial<Record<ModelRole, Answers>> {
  const entries = Object.entries(models).map(([role, predictor]): [string, Answers] => {
    const { labels, scores } = predictor.predict(batch.examples);
    return [role, { labels: knownLabels(labels, batch.rows, predictor.label), scores }];
  });
  return Object.fromEntries(entries);
}
