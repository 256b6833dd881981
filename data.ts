/*
 * `tfx-temporal/data`: TensorFlow Data Validation's work on its own, without any server. What `tfx-temporal data …`
 * does, as functions.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { convertInputs, tableFormatOf, type TableFormat } from './components/example-gen/convert-inputs.js';
import { openInputs, type OpenedInputs, type OpenInputsOptions } from './components/example-gen/open-inputs.js';
import { splitInputs, type SplitOptions } from './components/example-gen/split-inputs.js';
import { computeStatistics, type StatisticsOptions } from './components/statistics-gen/index.js';
import type { Resources } from './components/implement.js';
import { PipelineError } from './errors/pipeline-error.js';
import type { StatisticsProto } from './formats/statistics.js';

export { diffStatistics, type StatisticsDifference } from './components/statistics-gen/index.js';
export type { StatisticsOptions } from './components/statistics-gen/index.js';
export * from './components/schema-gen/index.js';
export * from './components/example-validator/index.js';
export { defineSchema, bool, float, int, string, type SchemaOptions } from './formats/define-schema.js';
export { formatSchema, parseSchema, readSchema, writeSchema, type SchemaProto } from './formats/schema.js';
export {
  allExamples,
  readAnomalies,
  readStatistics,
  writeAnomalies,
  writeStatistics,
  type AnomaliesProto,
  type DatasetStatisticsProto,
  type StatisticsProto,
} from './formats/statistics.js';
export { readMetadata, type Metadata, type MetadataKind } from './formats/metadata-file.js';
export { anomaliesPage, anomaliesText, listAnomalies, type ShownAnomaly } from './views/anomalies-view.js';
export { schemaPage, schemaText } from './views/schema-view.js';
export { statisticsPage, statisticsText } from './views/statistics-view.js';
export { isPipelineError, PipelineError } from './errors/pipeline-error.js';
export type { DataFormat } from './components/example-gen/open-inputs.js';
export type { SplitOptions, TableFormat };

/** How the inputs are read, and what the work may use. */
export interface DataOptions extends Pick<OpenInputsOptions, 'format' | 'csv' | 'signal'> {
  /** Default: as many as there are cores. */
  readonly threads?: number | undefined;
  /** For the engine's buffers; what does not fit is spilled to a temporary folder. (Default: 1024.) */
  readonly memoryLimitMiB?: number | undefined;
}

/**
 * Statistics of files: paths, folders, globs or addresses of CSV, Parquet, TFRecord, Arrow or newline JSON that
 * together are one table.
 *
 * @throws INPUT_NOT_FOUND, INPUT_FORMATS_DIFFER, CSV_…, STATISTICS_…
 */
export async function describeData(
  inputs: readonly string[],
  options: DataOptions & { readonly statistics?: StatisticsOptions } = {},
): Promise<StatisticsProto> {
  const csv = { ...options.csv, mayBeEmpty: true };
  return await withInputs(inputs, { ...options, csv, emptyFeatures: 'kept' }, async ({ parquet, source }, resources) =>
    computeStatistics(parquet ? { parquet } : source, options.statistics ?? {}, {
      ...resources,
      signal: options.signal,
    }),
  );
}

/**
 * Splits files into `<folder>/Split-<name>/` as the ExampleGens do.
 *
 * @returns one sentence with the rows of each split.
 * @throws OUTPUT_NOT_EMPTY, SPLIT_…, and what reading throws
 */
export async function splitData(
  inputs: readonly string[],
  folder: string,
  options: DataOptions & { readonly output?: SplitOptions } = {},
): Promise<string> {
  return await withInputs(inputs, options, async (opened, resources) =>
    splitInputs(opened, folder, options.output ?? {}, resources, options.signal),
  );
}

/**
 * Writes files as one file of the format that its ending names: `.parquet`, `.csv`, `.ndjson`, `.tfrecord.gz`.
 *
 * @returns how many rows.
 * @throws OUTPUT_FORMAT_UNKNOWN, EXAMPLES_COLUMN_UNSUPPORTED, and what reading throws
 */
export async function convertData(
  inputs: readonly string[],
  target: string,
  options: DataOptions = {},
): Promise<number> {
  const format = tableFormatOf(target);
  if (format === undefined) {
    throw new PipelineError('OUTPUT_FORMAT_UNKNOWN', {
      what: `The ending of ${target} names no format that is written.`,
    });
  }
  return await withInputs(inputs, options, async (opened, resources) =>
    convertInputs(opened, target, format, resources),
  );
}

async function withInputs<T>(
  inputs: readonly string[],
  options: DataOptions & Pick<OpenInputsOptions, 'emptyFeatures'>,
  use: (opened: OpenedInputs, resources: Resources) => Promise<T>,
): Promise<T> {
  const temporaryPath = await mkdtemp(path.join(os.tmpdir(), 'tfx-temporal-data-'));
  const { threads = os.availableParallelism(), memoryLimitMiB = 1024, signal, ...reading } = options;
  const resources = { threads, memoryLimitMiB, temporaryPath };
  try {
    return await use(await openInputs(inputs, { ...resources, ...reading, signal }), resources);
  } finally {
    await rm(temporaryPath, { recursive: true, force: true });
  }
}
