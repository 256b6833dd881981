import { join } from 'node:path';
import { PipelineError } from '../../errors/pipeline-error.js';
import { readSchema, SCHEMA_FILE } from '../../formats/schema.js';
import { loadTensorFlow } from '../../graph/tensorflow/tensorflow.js';
import { loadTransformGraph, type TransformGraph } from '../../graph/transform/transform-graph.js';
import { implement, type ExecutorContext, type ExecutorResult } from '../implement.js';
import { readWeights } from './base-model.js';
import { Trainer } from './contract.js';
import { exportModel } from './export/export-model.js';
import { untransformed, type FeatureSource } from './export/feature-source.js';
import { Fitting } from './fit.js';
import { readHyperparameters } from './hyperparameters.js';
import { withSeededRandom } from './seeded-random.js';
import type { TrainedModel } from './trained-model.js';
import { TrainingExamples } from './training-examples.js';
import type { Run, RunArguments } from './user-api.js';

type Context = ExecutorContext<typeof Trainer>;

/** The folder of the SavedModel in a Model artifact's payload. */
export const SERVING_FOLDER = 'Format-Serving';

/** Runs the module's `run`, and exports the model that it returns. */
export const trainer = implement(Trainer, async (context) => {
  const { inputs, parameters, outputs, progress } = context;
  const tf = await loadTensorFlow();
  const transform = inputs.transformGraph && (await loadTransformGraph(inputs.transformGraph.path));
  const base = inputs.baseModel && join(inputs.baseModel.path, SERVING_FOLDER);
  const fitting = new Fitting({
    tf,
    seed: parameters.seed,
    checkpoints: context.checkpoints,
    progress,
    signal: context.signal,
    warmStart: base === undefined ? undefined : await readWeights(base),
    labelClasses: (label) => vocabularyOf(transform, label),
  });
  const examples = {
    train: trainingExamples(context, parameters.trainSplit, true),
    eval: trainingExamples(context, parameters.evalSplit, false),
  };
  const args: RunArguments = {
    examples: { train: examples.train as TrainingExamples, eval: examples.eval },
    schema: inputs.schema && (await readSchema(join(inputs.schema.path, SCHEMA_FILE))),
    hyperparameters: inputs.hyperparameters ? await readHyperparameters(inputs.hyperparameters.path) : {},
    baseModel: base,
    customConfig: parameters.customConfig,
    seed: parameters.seed,
    fit: (model, rows, options) => fitting.fit(model, rows, options),
    signal: context.signal,
    tf,
  };
  const run = await loadRun(context);
  const model = await withSeededRandom(parameters.seed, async () => await run(args));
  const trained = fitting.trained(model);
  if (!trained) throw invalidModule(parameters.module, '`run` did not return a model that `fit` has trained');
  progress({ phase: 'export', message: 'writing the SavedModel' });
  const source: FeatureSource = transform ? transformed(transform) : untransformed(await args.examples.train.columns());
  await exportModel(tf, outputs.model.file(SERVING_FOLDER), trained, source);
  return report(trained);
});

function transformed(graph: TransformGraph): FeatureSource {
  return {
    features: graph.features,
    outputs: graph.outputs.map((output) => output.name),
    exportTransform: (builder, raw, outputs) => graph.exportTransform(builder, raw, outputs),
  };
}

function vocabularyOf(transform: TransformGraph | undefined, label: string): readonly string[] | undefined {
  return transform?.outputs.some((output) => output.name === label) ? transform.vocabulary(label) : undefined;
}

function trainingExamples(context: Context, split: string, required: boolean): TrainingExamples | undefined {
  const artifacts = context.inputs.examples;
  const paths = artifacts.flatMap(({ splits }) => splits.filter(({ name }) => name === split).map(({ path }) => path));
  if (paths.length > 0) return new TrainingExamples(split, paths, context.resources);
  if (!required) return undefined;
  const known = [...new Set(artifacts.flatMap(({ splits }) => splits.map(({ name }) => name)))];
  throw new PipelineError('TRAINER_SPLIT_MISSING', {
    what: `The examples have no split "${split}"; they have ${known.join(', ') || 'none'}.`,
    details: { split },
  });
}

async function loadRun({ loadModule, parameters }: Context): Promise<Run> {
  const { run } = await loadModule(parameters.module);
  if (typeof run === 'function') return run as Run;
  throw invalidModule(parameters.module, 'it has no function `run`');
}

function invalidModule(module: string, problem: string): PipelineError {
  return new PipelineError('TRAINER_MODULE_INVALID', { what: `Module "${module}" cannot train: ${problem}.` });
}

function report({ head, result, width, weights }: TrainedModel): ExecutorResult<typeof Trainer> {
  const { metrics, bestEpoch, history, training, reason, rows } = result;
  const parameters = [...weights.values()].reduce((sum, weight) => sum + weight.size, 0);
  const shown = Object.entries(metrics).map(([name, value]) => `${name} ${value.toPrecision(4)}`);
  return {
    summary: `${rows} rows, ${history.length} epochs, ${training}; ${shown.join(', ')}`,
    properties: {
      model: {
        head: head.kind,
        label: head.label,
        training,
        ...(reason === undefined ? {} : { training_reason: reason.slice(0, 200) }),
        epochs: history.length,
        features: width,
        weights: parameters,
      },
    },
    metrics: { ...metrics, epochs: history.length, best_epoch: bestEpoch, rows },
  };
}
