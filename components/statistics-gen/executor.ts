import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { PipelineError } from '../../errors/pipeline-error.js';
import { openExamples } from '../../formats/examples.js';
import { readSchema, SCHEMA_FILE, type SchemaProto } from '../../formats/schema.js';
import { allExamples, STATISTICS_FILE, writeStatistics } from '../../formats/statistics.js';
import { splitFolder } from '../../artifacts/artifact.js';
import { implement, type ExecutorContext } from '../implement.js';
import { computeStatistics, type StatisticsOptions } from './compute-statistics.js';
import { StatisticsGen } from './contract.js';

type Context = ExecutorContext<typeof StatisticsGen>;

/** Describes each split in turn; rows are never held, only counts of values. */
export const statisticsGen = implement(StatisticsGen, async (context) => {
  const { inputs, parameters } = context;
  const splits = inputs.examples.splits.filter(({ name }) => !parameters.excludeSplits.includes(name));
  if (splits.length === 0)
    throw new PipelineError('STATISTICS_SPLITS_MISSING', {
      what: `Of the splits ${inputs.examples.splits.map(({ name }) => name).join(', ') || '(none)'}, none is left.`,
    });
  const schema = inputs.schema && (await readSchema(path.join(inputs.schema.path, SCHEMA_FILE)));
  let rows = 0;
  for (const split of splits) rows += await describeSplit(context, split, schema);
  const { span, version } = inputs.examples.properties;
  return {
    summary: `${splits.length} ${splits.length === 1 ? 'split' : 'splits'}, ${rows} rows`,
    properties: {
      statistics: {
        split_names: JSON.stringify(splits.map(({ name }) => name)),
        ...(span !== undefined && { span }),
        ...(version !== undefined && { version }),
      },
    },
    metrics: { rows },
  };
});

async function describeSplit(
  { parameters, outputs, resources, signal, progress }: Context,
  split: { readonly name: string; readonly path: string },
  schema: SchemaProto | undefined,
): Promise<number> {
  signal.throwIfAborted();
  const temporaryPath = path.join(resources.temporaryPath, `statistics-${split.name}`);
  await mkdir(temporaryPath, { recursive: true });
  const { threads, memoryLimitMiB } = resources;
  const examples = await openExamples(split.path, { threads, memoryLimitMiB, temporaryPath });
  const options: StatisticsOptions = {
    ...parameters.options,
    schema,
    sampleRate: parameters.sampleRateBySplit?.[split.name],
  };
  const onColumn = (done: number, total: number): void => {
    progress({ phase: split.name, done, total, unit: 'features' });
  };
  const place = { threads, memoryLimitMiB, temporaryPath, signal, onColumn };
  const statistics = await computeStatistics({ parquet: examples.parquet }, options, place);
  await writeStatistics(outputs.statistics.file(path.join(splitFolder(split.name), STATISTICS_FILE)), statistics);
  return allExamples(statistics).numExamples ?? 0;
}
