import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { csvExampleGen } from '../../../components/example-gen/csv-executor.js';
import type {
  Checkpoints,
  ExecutorContext,
  ExecutorResult,
  Implementation,
  InputArtifact,
} from '../../../components/implement.js';
import { checkParameters, type ParameterSchema } from '../../../components/parameters.js';
import { Trainer } from '../../../components/trainer/contract.js';
import { trainer } from '../../../components/trainer/executor.js';
import type { Run } from '../../../components/trainer/user-api.js';
import { Transform } from '../../../components/transform/contract.js';
import { transform } from '../../../components/transform/executor.js';
import { formatSchema } from '../../../formats/schema.js';
import type { SchemaProto } from '../../../formats/schema-proto.js';
import { executorContext, inputArtifact, outputPlace } from '../../support/executor-context.js';
import { runExampleGen } from '../example-gen/run-example-gen.js';

/** Rows of raw data: blanks are undefined. */
export type RawRows = readonly Readonly<Record<string, string | number | undefined>>[];

/** Raw Examples of a table, split by CsvExampleGen. */
export async function examplesOf(root: string, rows: RawRows): Promise<InputArtifact> {
  const names = Object.keys(rows[0] ?? {});
  const lines = rows.map((row) => names.map((name) => row[name] ?? '').join(','));
  const file = path.join(root, `rows-${rows.length}.csv`);
  await writeFile(file, [names.join(','), ...lines, ''].join('\n'));
  const { path: folder } = await runExampleGen(csvExampleGen as unknown as Implementation, { input: file });
  return await inputArtifact('Examples', folder);
}

export async function schemaOf(root: string, schema: SchemaProto): Promise<InputArtifact> {
  const place = outputPlace(path.join(root, 'schema'));
  await writeFile(place.file('schema.pbtxt'), formatSchema(schema));
  return await inputArtifact('Schema', place.path);
}

/** Runs Transform with a preprocessing function. */
export async function transformed(
  root: string,
  given: { readonly examples: InputArtifact; readonly schema: InputArtifact; readonly preprocessing: unknown },
): Promise<{ transformGraph: InputArtifact; examples: InputArtifact }> {
  const { values } = checkParameters(Transform.parameters as ParameterSchema, { module: 'test' });
  const inputs = { examples: [given.examples], schema: given.schema };
  const context = {
    ...executorContext(Transform, root, { inputs, parameters: values as never }),
    loadModule: () => Promise.resolve({ preprocessing: given.preprocessing }),
  };
  await transform.executor?.(context);
  return {
    transformGraph: await inputArtifact('TransformGraph', context.outputs.transformGraph.path),
    examples: await inputArtifact('Examples', context.outputs.transformedExamples.path),
  };
}

export interface TrainOptions {
  readonly examples: InputArtifact;
  readonly run: Run;
  readonly transformGraph?: InputArtifact;
  readonly baseModel?: InputArtifact;
  readonly seed?: number;
  readonly customConfig?: Record<string, unknown>;
  readonly checkpoints?: Checkpoints;
  readonly signal?: AbortSignal;
}

export interface Trained {
  /** The payload of the Model artifact. */
  readonly path: string;
  readonly serving: string;
  readonly result: ExecutorResult;
}

/** Runs Trainer with a `run` function. */
export async function train(root: string, options: TrainOptions): Promise<Trained> {
  const { seed = 0, customConfig = {} } = options;
  const { values } = checkParameters(Trainer.parameters as ParameterSchema, { module: 'test', seed, customConfig });
  const inputs: ExecutorContext<typeof Trainer>['inputs'] = {
    examples: [options.examples],
    transformGraph: options.transformGraph,
    schema: undefined,
    baseModel: options.baseModel,
    hyperparameters: undefined,
  };
  const signal = options.signal ?? new AbortController().signal;
  const made = executorContext(Trainer, root, { inputs, parameters: values as never, signal });
  const context = {
    ...made,
    loadModule: () => Promise.resolve({ run: options.run }),
    checkpoints: options.checkpoints ?? made.checkpoints,
  };
  const result = (await trainer.executor?.(context)) as ExecutorResult;
  const folder = context.outputs.model.path;
  return { path: folder, serving: path.join(folder, 'Format-Serving'), result };
}
