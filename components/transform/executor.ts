import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { splitFolder } from '../../artifacts/artifact.js';
import type { Properties } from '../../artifacts/artifact.js';
import { PipelineError } from '../../errors/pipeline-error.js';
import { openExamples, type OpenedExamples } from '../../formats/examples.js';
import { readSchema, SCHEMA_FILE } from '../../formats/schema.js';
import { fitGraph } from '../../graph/transform/fit.js';
import { openTransformGraph, saveTransformGraph, type TransformGraph } from '../../graph/transform/transform-graph.js';
import { tracePreprocessing } from '../../graph/transform/trace-preprocessing.js';
import { transformBatches } from '../../graph/transform/transform-batches.js';
import type { AnyPreprocessing } from '../../graph/transform/user-api.js';
import { writeTransformed } from '../../graph/transform/write-transformed.js';
import { implement, type ExecutorContext } from '../implement.js';
import { chainBatches, type OpenedSplits } from './chain-batches.js';
import { Transform } from './contract.js';

type Context = ExecutorContext<typeof Transform>;

/** Fits the transform graph, then writes it and the transformed examples. */
export const transform = implement(Transform, async (context) => {
  const { inputs, outputs, parameters } = context;
  const schema = await readSchema(path.join(inputs.schema.path, SCHEMA_FILE));
  const spec = await tracePreprocessing(schema, await loadPreprocessing(context));
  const splits = await openSplits(context);
  const analyzed = parameters.analyzeSplits.flatMap((split) => splits.get(split) ?? []);
  const total = requireRows(analyzed, parameters.analyzeSplits);
  const names = new Map(spec.features.map((feature) => [feature.name, feature]));
  const fitted = await fitGraph(
    spec,
    (wanted) =>
      chainBatches(
        analyzed,
        wanted.flatMap((name) => names.get(name) ?? []),
        context.resources,
      ),
    {
      signal: context.signal,
      onRows: (done, phase) => context.progress({ phase: `analyze, pass ${phase}`, done, total, unit: 'rows' }),
    },
  );
  const graph = openTransformGraph(fitted);
  await saveTransformGraph(outputs.transformGraph.path, graph, schema);
  const rows = await writeSplits(context, graph, splits);
  const all = Object.values(rows).reduce((sum, count) => sum + count, 0);
  return {
    summary: `${spec.features.length} features to ${graph.outputs.length}, ${all} rows`,
    properties: { transformedExamples: propertiesOf(context, rows) },
    metrics: { rows: all },
  };
});

async function loadPreprocessing({ loadModule, parameters }: Context): Promise<AnyPreprocessing> {
  const { preprocessing } = await loadModule(parameters.module);
  if (typeof preprocessing === 'function') return preprocessing as AnyPreprocessing;
  throw new PipelineError('TRANSFORM_MODULE', {
    what: `The module "${parameters.module}" has no export \`preprocessing\`.`,
    details: { module: parameters.module },
  });
}

/** Every split that is analyzed or transformed: its files of all Examples, in their order. */
async function openSplits({ inputs, parameters, resources }: Context): Promise<OpenedSplits> {
  const present = [...new Set(inputs.examples.flatMap(({ splits }) => splits.map(({ name }) => name)))].sort();
  const wanted = [...new Set([...parameters.analyzeSplits, ...(parameters.splits ?? present)])];
  const unknown = wanted.find((name) => !present.includes(name));
  if (unknown !== undefined) {
    throw new PipelineError('TRANSFORM_SPLIT_UNKNOWN', {
      what: `There is no split ${JSON.stringify(unknown)}; the Examples have ${present.join(', ')}.`,
      details: { split: unknown, splits: present },
    });
  }
  const opened = new Map<string, OpenedExamples[]>();
  for (const [index, artifact] of inputs.examples.entries()) {
    for (const { name, path: folder } of artifact.splits.filter((split) => wanted.includes(split.name))) {
      const temporaryPath = path.join(resources.temporaryPath, `examples-${index}-${opened.size}`);
      await mkdir(temporaryPath, { recursive: true });
      const examples = await openExamples(folder, { ...resources, temporaryPath });
      opened.set(name, [...(opened.get(name) ?? []), examples]);
    }
  }
  return opened;
}

function requireRows(analyzed: readonly OpenedExamples[], splits: readonly string[]): number {
  const total = analyzed.reduce((sum, { rows }) => sum + rows, 0);
  if (total > 0) return total;
  throw new PipelineError('TRANSFORM_NO_ROWS', {
    what: `The splits to analyze, ${splits.join(', ')}, hold no rows.`,
    details: { splits },
  });
}

/** Writes each transformed split; rows by split. */
async function writeSplits(
  context: Context,
  graph: TransformGraph,
  splits: OpenedSplits,
): Promise<Readonly<Record<string, number>>> {
  const { outputs, parameters, progress, resources, signal } = context;
  const names = parameters.splits ?? [...splits.keys()].sort();
  const rows: Record<string, number> = {};
  for (const name of names) {
    const examples = splits.get(name) ?? [];
    const total = examples.reduce((sum, one) => sum + one.rows, 0);
    const file = outputs.transformedExamples.file(`${splitFolder(name)}/transformed_examples-00000-of-00001.parquet`);
    const batches = transformBatches(graph, chainBatches(examples, graph.features, resources), {
      split: name,
      signal,
      onRows: (done) => progress({ phase: `transform ${name}`, done, total, unit: 'rows' }),
    });
    rows[name] = await writeTransformed(file, graph.outputs, batches, resources);
  }
  return rows;
}

/** What the transformed Examples inherit from the raw ones, and their rows. */
function propertiesOf({ inputs }: Context, rows: Readonly<Record<string, number>>): Properties {
  const newest = inputs.examples.at(-1)?.properties ?? {};
  const inherited = ['span', 'version'].flatMap((name) => (name in newest ? [[name, newest[name]] as const] : []));
  return {
    ...(Object.fromEntries(inherited) as Properties),
    split_names: JSON.stringify(Object.keys(rows)),
    file_format: 'parquet',
    payload_format: 'FORMAT_PARQUET',
    ...Object.fromEntries(Object.entries(rows).map(([split, count]) => [`rows_${split}`, count])),
  };
}
