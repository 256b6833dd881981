import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { splitFolder } from '../../artifacts/artifact.js';
import { openExamples } from '../../formats/examples.js';
import type { StatisticsProto } from '../../formats/statistics.js';
import {
  filesOfPart,
  planByFiles,
  type PartsOf,
  type PartsPlan,
  type PlanContext,
  type ReduceContext,
} from '../parts.js';
import type { Counted } from './collect-state.js';
import {
  describedColumns,
  describeSlices,
  withSource,
  type StatisticsOptions,
  type StatisticsResources,
} from './compute-statistics.js';
import type { StatisticsGen } from './contract.js';
import { openPartCounts, writePartCounts } from './part-counts.js';
import type { Slice } from './slices.js';
import {
  describedSplits,
  inputSchema,
  resultOf,
  splitOptions,
  splitResources,
  writeSplit,
  type Split,
} from './splits.js';

type Contract = typeof StatisticsGen;

/** Statistics by shards: each part counts the values of some files, and the reduction adds the counts up. */
export const statisticsInParts: PartsOf<Contract> = {
  plan: planShards,
  map: async (context) => {
    const schema = await inputSchema(context);
    const splits = await openedSplits(context);
    const shards = splits.flatMap(({ parquet }) => parquet);
    const sizes = await Promise.all(shards.map(async (file) => ({ file, size: (await stat(file)).size })));
    const own = new Set(filesOfPart(sizes, context.part).map(({ file }) => file));
    let rows = 0;
    for (const [index, { split, resources, parquet }] of splits.entries()) {
      const only = parquet.filter((file) => own.has(file));
      if (only.length === 0) continue;
      const target = context.state.file(stateFile(index));
      rows += await writePartCounts({ parquet, only }, splitOptions(context, split, schema), resources, target);
    }
    return { summary: `${own.size} ${own.size === 1 ? 'file' : 'files'}, ${rows} rows` };
  },
  reduce: async (context) => {
    const schema = await inputSchema(context);
    const splits = await openedSplits(context);
    let rows = 0;
    for (const [index, opened] of splits.entries()) {
      const counts = context.states.map((state) => path.join(state.path, stateFile(index))).filter(existsSync);
      const options = splitOptions(context, opened.split, schema);
      rows += await writeSplit(context, opened.split, await statisticsOfCounts(opened, options, counts));
    }
    return resultOf(
      context,
      splits.map(({ split }) => split),
      rows,
    );
  },
};

interface OpenedSplit {
  readonly split: Split;
  readonly parquet: readonly string[];
  readonly resources: StatisticsResources;
}

async function openedSplits(context: Omit<ReduceContext<Contract>, 'outputs' | 'states'>): Promise<OpenedSplit[]> {
  const opened: OpenedSplit[] = [];
  for (const split of describedSplits(context)) {
    const resources = await splitResources(context, split);
    opened.push({
      split,
      resources,
      parquet: (await openExamples(split.path, { ...resources, emptyFeatures: 'kept' })).parquet,
    });
  }
  return opened;
}

async function statisticsOfCounts(
  { parquet, resources }: OpenedSplit,
  options: StatisticsOptions,
  files: readonly string[],
): Promise<StatisticsProto> {
  const folders = files.map((file) => path.dirname(file));
  return withSource({ parquet }, options, { ...resources, folders }, async (connection, relation) => {
    const counts = await openPartCounts(connection, files);
    const columns = describedColumns(relation, options);
    const isWeighted = options.weightFeature !== undefined;
    const count = (_: unknown, slice: Slice | undefined): Promise<Counted> =>
      Promise.resolve(counts.counted(columns, slice?.name, isWeighted));
    return describeSlices(connection, relation, { options, resources, count });
  });
}

/** One part per so many bytes of Parquet; TFRecords have no columns before all are read. */
function planShards({ inputs, parameters, wanted }: PlanContext<Contract>): PartsPlan {
  const files = inputs.examples.flatMap((artifact) => artifact.files);
  const excluded = new Set(parameters.excludeSplits.map(splitFolder));
  const shards = files.filter((file) => !excluded.has(file.path.split('/')[0] ?? ''));
  if (shards.every((file) => file.path.endsWith('.parquet'))) return planByFiles(shards, wanted);
  return { count: 1, ...(wanted !== undefined && { note: 'one part, as TFRecords are read in one' }) };
}

const stateFile = (split: number): string => `${split}.duckdb`;
