import { writeFile } from 'node:fs/promises';
import { implement, type ExecutorContext, type InputArtifact } from '../implement.js';
import { Evaluator } from './contract.js';
import { evaluateModels } from './evaluate.js';
import { splitFolders } from './evaluation-rows.js';
import { measureSlices, type SliceMeasures } from './measure.js';
import { sliceJson, type MetricsJson } from './metrics-json.js';
import { planEvaluation, type EvaluationPlan } from './plan.js';
import { openPredictor, servingFolder, type Predictor } from './predictor.js';
import { evalRunJson } from './tfma-config.js';
import { validate, type Validation } from './validate.js';
import { judge, type Judgement } from './verdict.js';
import { writeEvaluation } from './write-evaluation.js';

type Context = ExecutorContext<typeof Evaluator>;

/** Evaluates the model, beside the baseline when there is one, and writes the evaluation and the blessing. */
export const evaluator = implement(Evaluator, async (context) => {
  const { inputs, parameters } = context;
  const candidate = await openPredictor(servingFolder(inputs.model.path), parameters.config.label);
  const opened: Predictor[] = [candidate];
  try {
    const plan = planEvaluation(parameters.config, candidate.head, Math.max(1, widthOf(candidate)));
    const folders = splitFolders(inputs.examples, parameters.exampleSplits);
    const baseline = inputs.baseline
      ? await openBaseline(inputs.baseline, candidate, parameters.config.label)
      : undefined;
    if (baseline) opened.push(baseline);
    const { state, rows } = await evaluateModels({
      plan,
      config: parameters.config,
      models: baseline ? { candidate, baseline } : { candidate },
      folders,
      options: context.resources,
      signal: context.signal,
      onRows: (done) => context.progress({ phase: 'evaluate', done, unit: 'rows' }),
    });
    const slices = measureSlices(state, plan);
    const validation = validate(slices, plan, { hasBaseline: baseline !== undefined });
    const judgement = judge(validation, rows - state.unlabelled, parameters.exampleSplits);
    const metricsJson = summarize(context, { candidate, plan, slices, validation, judgement }, rows, state.unlabelled);
    const evalRun = evalRunJson(parameters.config, plan, {
      label: candidate.label,
      signature: candidate.signature,
      dataLocation: inputs.examples.map(({ digest }) => `Examples ${digest}`).join(', '),
      model: `Model ${inputs.model.digest}`,
      baseline: baseline && `Model ${inputs.baseline?.digest ?? ''}`,
    });
    await writeEvaluation(context.outputs.evaluation, { state, plan, slices, validation, evalRun, metricsJson });
    await writeFile(context.outputs.blessing.file(judgement.verdict), '');
    return answer(context, judgement, metricsJson, baseline !== undefined);
  } finally {
    for (const predictor of opened) predictor.dispose();
  }
});

function widthOf({ head, classes }: Predictor): number {
  return head === 'multiclass' ? classes.length : 1;
}

/** A baseline of another head or other classes cannot be compared: then this model is the first of its kind. */
async function openBaseline(
  artifact: InputArtifact,
  candidate: Predictor,
  label: string | undefined,
): Promise<Predictor | undefined> {
  const baseline = await openPredictor(servingFolder(artifact.path), label);
  const comparable = baseline.head === candidate.head && baseline.classes.join('\n') === candidate.classes.join('\n');
  if (comparable) return baseline;
  baseline.dispose();
  return undefined;
}

interface Findings {
  readonly candidate: Predictor;
  readonly plan: EvaluationPlan;
  readonly slices: readonly SliceMeasures[];
  readonly validation: Validation;
  readonly judgement: Judgement;
}

function summarize({ parameters }: Context, found: Findings, rows: number, unlabelledRows: number): MetricsJson {
  const { candidate, plan, slices, validation, judgement } = found;
  const classes = plan.head === 'multiclass' ? candidate.classes : [];
  const metrics = plan.metrics.map(({ name, words, direction }) => [
    name,
    { words, ...(direction === undefined ? {} : { direction }) },
  ]);
  return {
    head: plan.head,
    ...(classes.length > 0 ? { classes } : {}),
    label: candidate.label,
    splits: parameters.exampleSplits,
    rows,
    unlabelledRows,
    verdict: judgement.verdict,
    reasons: judgement.reasons,
    rubberStamp: validation.rubberStamp,
    metrics: Object.fromEntries(metrics) as MetricsJson['metrics'],
    slices: slices.map((slice) => sliceJson(slice, classes)),
  };
}

/** References are small: three reasons and the metrics of all rows travel, the rest lies in the payload. */
function answer({ inputs }: Context, { verdict, reasons }: Judgement, json: MetricsJson, compared: boolean) {
  const overall = json.slices.find(({ slice }) => Object.keys(slice).length === 0) ?? json.slices[0];
  const metrics = Object.fromEntries(
    Object.entries(overall?.metrics ?? {})
      .filter((entry): entry is [string, number] => entry[1] !== null)
      .map(([name, value]) => [name, Number(value.toPrecision(6))]),
  );
  const top = JSON.stringify(reasons.slice(0, 3).map((reason) => reason.slice(0, 240)));
  const shown = Object.entries(metrics).slice(0, 12);
  const { model, baseline } = inputs;
  return {
    summary: summaryOf(verdict, reasons, shown.slice(0, 3), json),
    properties: {
      evaluation: { metrics: JSON.stringify(Object.fromEntries(shown)), rows: json.rows, slices: json.slices.length },
      blessing: {
        verdict,
        reasons: top,
        blessed: verdict === 'BLESSED' ? 1 : 0,
        current_model: model.uri,
        current_model_id: model.id,
        ...(baseline && compared ? { baseline_model: baseline.uri, baseline_model_id: baseline.id } : {}),
      },
    },
    metrics,
  };
}

/** A blessing is told by its metrics, anything else by its first reason. */
function summaryOf(
  verdict: Judgement['verdict'],
  reasons: readonly string[],
  shown: readonly (readonly [string, number])[],
  json: MetricsJson,
): string {
  const metrics = shown.map(([name, value]) => `${json.metrics[name]?.words ?? name} ${Number(value.toPrecision(4))}`);
  const facts = verdict === 'BLESSED' ? metrics.join(', ') : (reasons[0] ?? '');
  return `${verdict} · ${facts}`.slice(0, 400);
}
