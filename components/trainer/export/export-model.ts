import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PipelineError } from '../../../errors/pipeline-error.js';
import { writeSavedModel, type Signature, type SignatureTensor } from '../../../formats/saved-model.js';
import { GraphBuilder, type TensorName } from '../../../graph/tensorflow/graph-builder.js';
import { attr } from '../../../graph/tensorflow/attributes.js';
import { modelParts } from '../../../graph/tensorflow/model-parts.js';
import { Session } from '../../../graph/tensorflow/session.js';
import type { TensorFlow } from '../../../graph/tensorflow/tensorflow.js';
import {
  addSaver,
  declareVariable,
  saveCheckpoint,
  saverRoots,
  type GraphVariable,
} from '../../../graph/tensorflow/variables.js';
import { emit } from '../../../graph/tracing/emit.js';
import { traceBatched, TRACE_SIZES } from '../../../graph/tracing/trace-batched.js';
import { NotTraceableError, type Trace } from '../../../graph/tracing/trace.js';
import type { RawTensor } from '../../../graph/transform/export-tensorflow.js';
import { headPrediction } from '../heads.js';
import type { TrainedModel } from '../trained-model.js';
import { featureMatrix, featureOutputs } from './feature-tensors.js';
import type { FeatureSource } from './feature-source.js';
import { parseExamples, rawInputs } from './raw-tensors.js';

/** How far the exported model may be from the trained one, for outputs up to 1 and relative above. */
const TOLERANCE = 1e-5;

/** Our facts about a model, in `assets.extra/tfx_model.json`. */
export interface ModelFacts {
  readonly head: 'regression' | 'binary' | 'multiclass';
  /** The transformed label's name, an output of `transform_features`. */
  readonly label: string;
  readonly classes?: readonly string[];
  /** The raw features that requests may have, and which of them `raw` takes. */
  readonly features: readonly {
    readonly name: string;
    readonly dtype: string;
    readonly repeated: boolean;
    readonly used: boolean;
  }[];
  /** The network's inputs in order. */
  readonly inputs: readonly { readonly name: string; readonly width: number }[];
  /** Output names of `serving_default`. */
  readonly outputs: readonly string[];
}

/**
 * Writes a trained model as a SavedModel: parsing, the transform graph, and the traced network with its weights.
 * Signatures `serving_default` (serialized tf.Examples), `raw` (one tensor per raw feature) and `transform_features`.
 *
 * @throws TRAINER_EXPORT_DIFFERS when TensorFlow's answers are not those of the trained network.
 */
export async function exportModel(
  tf: typeof TensorFlow,
  folder: string,
  model: TrainedModel,
  source: FeatureSource,
): Promise<ModelFacts> {
  const exporter = new ModelExporter(tf, model, source);
  const { matrix, signatures, graph } = exporter.build();
  const variables = exporter.variables();
  const saver = addSaver(graph, variables);
  const roots = Object.values(signatures).flatMap(({ inputs, outputs }) =>
    [...Object.values(inputs), ...Object.values(outputs)].map((tensor) => tensor.tensor),
  );
  graph.prune([...roots, ...saverRoots(saver, variables)]);
  await writeSavedModel(folder, modelParts(graph, signatures, saver));
  await saveCheckpoint(
    join(folder, 'variables', 'variables'),
    variables.map(({ name, dtype, shape }) => ({ name, dtype, shape, values: weightOf(model, name) })),
  );
  const facts = describe(model, source, signatures);
  const extra = join(folder, 'assets.extra', 'tfx_model.json');
  await mkdir(dirname(extra), { recursive: true });
  await writeFile(extra, `${JSON.stringify(facts, undefined, 2)}\n`);
  const prediction = signatures['serving_default']?.outputs[scoreName(model)] as SignatureTensor;
  await verify(tf, folder, model, { matrix, output: prediction.tensor });
  return facts;
}

class ModelExporter {
  readonly #graph = new GraphBuilder();
  readonly #model: TrainedModel;
  readonly #source: FeatureSource;
  readonly #traces: [Trace, Trace];
  readonly #variables = new Map<string, GraphVariable>();

  constructor(tf: typeof TensorFlow, model: TrainedModel, source: FeatureSource) {
    this.#model = model;
    this.#source = source;
    const network = (x: Parameters<TrainedModel['apply']>[0]) => headPrediction(tf, model.head, model.apply(x, false));
    this.#traces = traceExport(() =>
      traceBatched(tf, network, (batch) => [tf.ones([batch, model.width])], model.weights),
    );
  }

  variables(): GraphVariable[] {
    return [...this.#variables.values()];
  }

  build(): { graph: GraphBuilder; matrix: TensorName; signatures: Record<string, Signature> } {
    const graph = this.#graph;
    const examples = graph.placeholder('examples', 'string', [-1]);
    const parsed = graph.scope('examples', () => parseExamples(graph, examples, this.#source.features));
    const inputs: Signature['inputs'] = { examples: { tensor: examples, dtype: 'string', shape: [-1] } };
    const all = graph.scope('examples', () => this.#source.exportTransform(graph, parsed, this.#source.outputs));
    const { label } = this.#model.head;
    const transformed = graph.scope('transformed', () => featureOutputs(graph, all, label));
    const serving = graph.scope('serving', () => this.#predict(featureMatrix(graph, all, this.#model.columns)));
    const raw = rawInputs(graph, this.#source.features);
    const answers = graph.scope('raw', () => this.#predict(this.#rawMatrix(raw.raw)));
    return {
      graph,
      matrix: serving.matrix,
      signatures: {
        serving_default: { inputs, outputs: serving.outputs },
        raw: { inputs: raw.inputs, outputs: answers.outputs },
        transform_features: { inputs, outputs: transformed },
      },
    };
  }

  #rawMatrix(raw: Readonly<Record<string, RawTensor>>): TensorName {
    const names = this.#model.columns.map((column) => column.name);
    const features = this.#source.exportTransform(this.#graph, raw, names);
    return featureMatrix(this.#graph, features, this.#model.columns);
  }

  #predict(matrix: TensorName): { matrix: TensorName; outputs: Record<string, SignatureTensor> } {
    const graph = this.#graph;
    const { head, classes, outputs: width } = this.#model;
    const made = traceExport(() =>
      emit(graph, this.#traces, {
        inputs: [matrix],
        readVariable: (name) => this.#variable(name).read,
        sizes: TRACE_SIZES,
      }),
    );
    const score = graph.identity(made.outputs[0] ?? '', scoreName(this.#model));
    const outputs = { [scoreName(this.#model)]: { tensor: score, dtype: 'float32' as const, shape: [-1, width] } };
    if (head.kind === 'regression' || classes === undefined || classes.length < 2) return { matrix, outputs };
    const index =
      head.kind === 'multiclass'
        ? graph.op('ArgMax', [score, graph.scalar('int32', 1)], { output_type: attr.type('int32') })
        : graph.cast(
            graph.op('Reshape', [graph.op('Greater', [score, graph.scalar('float32', 0.5)]), graph.int32([-1])]),
            'int32',
          );
    const names = graph.const('string', [classes.length], classes);
    const prediction = graph.op('GatherV2', [names, index, graph.scalar('int32', 0)], {}, 'prediction');
    return { matrix, outputs: { ...outputs, prediction: { tensor: prediction, dtype: 'string', shape: [-1] } } };
  }

  #variable(name: string): GraphVariable {
    const known = this.#variables.get(name);
    if (known) return known;
    const { shape } = this.#model.weights.get(name) as { shape: number[] };
    const trainable = this.#model.trainable.includes(name);
    const made = this.#graph.root(() => declareVariable(this.#graph, name, { dtype: 'float32', shape, trainable }));
    this.#variables.set(name, made);
    return made;
  }
}

function scoreName({ head }: TrainedModel): string {
  return head.kind === 'regression' ? 'outputs' : 'probabilities';
}

function weightOf(model: TrainedModel, name: string): Float32Array {
  return model.weights.get(name)?.dataSync() as Float32Array;
}

function describe(
  model: TrainedModel,
  source: FeatureSource,
  signatures: Readonly<Record<string, Signature>>,
): ModelFacts {
  const used = signatures['raw']?.inputs ?? {};
  return {
    head: model.head.kind,
    label: model.head.label,
    ...(model.classes ? { classes: model.classes } : {}),
    features: source.features.map(({ name, dtype, shape }) => ({
      name,
      dtype,
      repeated: shape === 'ragged',
      used: Object.hasOwn(used, name),
    })),
    inputs: model.columns.map(({ name, width }) => ({ name, width })),
    outputs: Object.keys(signatures['serving_default']?.outputs ?? {}),
  };
}

/** Asks the SavedModel about training rows, at batch sizes that were not traced. */
async function verify(
  tf: typeof TensorFlow,
  folder: string,
  model: TrainedModel,
  at: { readonly matrix: TensorName; readonly output: TensorName },
): Promise<void> {
  const session = await Session.open(folder);
  try {
    const rows = model.sample.length / model.width;
    for (const batch of new Set([1, Math.min(5, rows), rows])) {
      const x = model.sample.slice(0, batch * model.width);
      const shape = [batch, model.width] as const;
      const [found] = session.run(
        [{ tensor: `${at.matrix}:0`, dtype: 'float32', shape, values: x }],
        [`${at.output}:0`],
      );
      const expected = tf.tidy(() =>
        headPrediction(tf, model.head, model.apply(tf.tensor2d(x, [...shape]), false)).dataSync(),
      );
      const difference = largestDifference(found?.values as Float32Array, expected as Float32Array);
      if (!(difference <= TOLERANCE)) {
        throw new PipelineError('TRAINER_EXPORT_DIFFERS', {
          what: `For ${batch} training rows the exported model's answers differ by up to ${difference} from the trained network's.`,
        });
      }
    }
  } finally {
    session.dispose();
  }
}

function largestDifference(found: Float32Array, expected: Float32Array): number {
  if (found.length !== expected.length) return Infinity;
  return expected.reduce((largest, value, index) => {
    const difference = Math.abs(value - (found[index] ?? NaN)) / Math.max(1, Math.abs(value));
    return Number.isNaN(difference) ? NaN : Math.max(largest, difference);
  }, 0);
}

function traceExport<T>(make: () => T): T {
  try {
    return make();
  } catch (cause) {
    if (!(cause instanceof NotTraceableError)) throw cause;
    throw new PipelineError('TRAINER_EXPORT_DIFFERS', {
      what: `The network cannot become a graph: ${cause.message}.`,
      cause,
    });
  }
}
