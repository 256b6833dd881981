import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { splitFolder } from '../../artifacts/artifact.js';
import { PipelineError } from '../../errors/pipeline-error.js';
import { readSchema, SCHEMA_FILE, type SchemaProto } from '../../formats/schema.js';
import { allExamples, STATISTICS_FILE, writeStatistics, type StatisticsProto } from '../../formats/statistics.js';
import type { ExecutorContext, ExecutorResult } from '../implement.js';
import type { StatisticsOptions, StatisticsResources } from './compute-statistics.js';
import type { StatisticsGen } from './contract.js';

type Context = Omit<ExecutorContext<typeof StatisticsGen>, 'outputs'>;

export interface Split {
  readonly name: string;
  readonly path: string;
}

/** The splits to describe. @throws STATISTICS_SPLITS_MISSING */
export function describedSplits({ inputs, parameters }: Context): readonly Split[] {
  const splits = inputs.examples.splits.filter(({ name }) => !parameters.excludeSplits.includes(name));
  if (splits.length > 0) return splits;
  throw new PipelineError('STATISTICS_SPLITS_MISSING', {
    what: `Of the splits ${inputs.examples.splits.map(({ name }) => name).join(', ') || '(none)'}, none is left.`,
  });
}

export async function inputSchema({ inputs }: Context): Promise<SchemaProto | undefined> {
  return inputs.schema && (await readSchema(path.join(inputs.schema.path, SCHEMA_FILE)));
}

export function splitOptions(
  { parameters }: Context,
  { name }: Split,
  schema: SchemaProto | undefined,
): StatisticsOptions {
  return { ...parameters.options, schema, sampleRate: parameters.sampleRateBySplit?.[name] };
}

/** Bounds for one split's work, with a temporary folder of its own. */
export async function splitResources(
  { resources, signal, progress }: Context,
  { name }: Split,
): Promise<StatisticsResources> {
  signal.throwIfAborted();
  const temporaryPath = path.join(resources.temporaryPath, `statistics-${name}`);
  await mkdir(temporaryPath, { recursive: true });
  const { threads, memoryLimitMiB } = resources;
  const onColumn = (done: number, total: number): void => {
    progress({ phase: name, done, total, unit: 'features' });
  };
  return { threads, memoryLimitMiB, temporaryPath, signal, onColumn };
}

/** Writes a split's statistics. Returns how many examples they are of. */
export async function writeSplit(
  { outputs }: ExecutorContext<typeof StatisticsGen>,
  { name }: Split,
  statistics: StatisticsProto,
): Promise<number> {
  await writeStatistics(outputs.statistics.file(path.join(splitFolder(name), STATISTICS_FILE)), statistics);
  return allExamples(statistics).numExamples ?? 0;
}

export function resultOf(
  { inputs }: Context,
  splits: readonly Split[],
  rows: number,
): ExecutorResult<typeof StatisticsGen> {
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
}
