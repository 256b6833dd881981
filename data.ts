/*
 * `tfx-temporal/data`: TensorFlow Data Validation's work on its own, without any server. What `tfx-temporal data …`
 * does, as functions. What needs the engine is loaded when it is called: schemas and anomalies do without.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { TableFormat } from './components/example-gen/convert-inputs.js';
import type { OpenedInputs, OpenInputsOptions } from './components/example-gen/open-inputs.js';
import type { SplitOptions } from './components/example-gen/split-inputs.js';
import type { StatisticsOptions } from './components/statistics-gen/index.js';
import type { Resources } from './components/implement.js';
import { PipelineError } from './errors/pipeline-error.js';
import {
  customAnomalies,
  sampleRows,
  type CustomValidationConfig,
  type CustomValidationOptions,
  type SampleRow,
} from './components/example-validator/index.js';
import type { SchemaProto } from './formats/schema.js';
import type { AnomaliesProto, AnomalyInfoProto, StatisticsProto } from './formats/statistics.js';

export { diffStatistics, type StatisticsDifference } from './components/statistics-gen/diff-statistics.js';
export type { StatisticsOptions } from './components/statistics-gen/index.js';
export * from './components/schema-gen/index.js';
export * from './components/example-validator/index.js';
export * from './components/distribution-validator/index.js';
export {
  checkComparator,
  defineSchema,
  bool,
  float,
  int,
  string,
  type SchemaOptions,
} from './formats/define-schema.js';
export { formatSchema, parseSchema, readSchema, writeSchema, type SchemaProto } from './formats/schema.js';
export {
  allExamples,
  isAnomalyType,
  readAnomalies,
  readStatistics,
  writeAnomalies,
  writeStatistics,
  type AnomaliesProto,
  type DatasetStatisticsProto,
  type StatisticsProto,
} from './formats/statistics.js';
export { readMetadata, type Metadata, type MetadataKind } from './formats/metadata-file.js';
export {
  anomaliesPage,
  anomaliesText,
  listAnomalies,
  sampleRowsText,
  type ShownAnomaly,
} from './views/anomalies-view.js';
export { schemaPage, schemaText } from './views/schema-view.js';
export { exampleDiffPage, exampleDiffText } from './views/example-diff-view.js';
export { readFeatureSkew, type FeatureSkewResults } from './formats/feature-skew.js';
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
  const { computeStatistics } = await import('./components/statistics-gen/index.js');
  const { columnTypes, statistics } = typedBySchema(options.statistics ?? {});
  const csv = { columnTypes, ...options.csv, mayBeEmpty: true };
  return await withInputs(inputs, { ...options, csv, emptyFeatures: 'kept' }, async ({ parquet, source }, resources) =>
    computeStatistics(parquet ? { parquet } : source, statistics, { ...resources, signal: options.signal }),
  );
}

/** With `inferTypeFromSchema` columns have the types that the schema states, and as in TFDV others are left out. */
function typedBySchema(statistics: StatisticsOptions): {
  readonly columnTypes: Record<string, 'INT' | 'FLOAT' | 'STRING'>;
  readonly statistics: StatisticsOptions;
} {
  const { inferTypeFromSchema, schema, featureAllowlist } = statistics;
  if (inferTypeFromSchema !== true) return { columnTypes: {}, statistics };
  const types = { INT: 'INT', FLOAT: 'FLOAT', BYTES: 'STRING' } as const;
  const columnTypes = Object.fromEntries(
    (schema?.feature ?? []).flatMap(({ name = '', type }) =>
      type === 'INT' || type === 'FLOAT' || type === 'BYTES' ? [[name, types[type]] as const] : [],
    ),
  );
  const stated = Object.keys(columnTypes).filter((name) => featureAllowlist?.includes(name) ?? true);
  return { columnTypes, statistics: { ...statistics, featureAllowlist: stated } };
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
  const { splitInputs } = await import('./components/example-gen/split-inputs.js');
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
  const { convertInputs, tableFormatOf } = await import('./components/example-gen/convert-inputs.js');
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

/**
 * Rows of the data that show anomalies: unexpected values, ranges that were left, missing values.
 *
 * @param inputs the files of which the statistics are
 * @throws what reading throws
 */
export async function findSampleRows(
  inputs: readonly string[],
  anomalies: AnomaliesProto,
  schema: SchemaProto,
  { limit = 3, ...options }: DataOptions & { readonly limit?: number | undefined } = {},
): Promise<SampleRow[]> {
  const { convertInputs } = await import('./components/example-gen/convert-inputs.js');
  const files = await withInputs(inputs, options, (opened) => Promise.resolve(opened.files));
  const left = new Map<string, number>();
  const found: SampleRow[] = [];
  for (const file of files) {
    const rows = await withInputs([file], options, async (opened, resources) => {
      const parquet = path.join(resources.temporaryPath, 'rows.parquet');
      await convertInputs(opened, parquet, 'parquet', resources);
      return await sampleRows([parquet], 'all', anomalies, schema, limit, resources);
    });
    for (const row of rows) {
      const kind = JSON.stringify([row.feature, row.type]);
      const room = left.get(kind) ?? limit;
      left.set(kind, room - 1);
      if (room > 0) found.push({ ...row, file: path.basename(file) });
    }
  }
  return found;
}

/** `customAnomalies` in a temporary folder of its own. */
export async function customAnomaliesOf(
  statistics: StatisticsProto,
  config: CustomValidationConfig,
  options: CustomValidationOptions = {},
): Promise<Record<string, AnomalyInfoProto>> {
  const temporaryPath = await mkdtemp(path.join(os.tmpdir(), 'tfx-temporal-data-'));
  try {
    return await customAnomalies(statistics, config, options, { temporaryPath });
  } finally {
    await rm(temporaryPath, { recursive: true, force: true });
  }
}

async function withInputs<T>(
  inputs: readonly string[],
  options: DataOptions & Pick<OpenInputsOptions, 'emptyFeatures'>,
  use: (opened: OpenedInputs, resources: Resources) => Promise<T>,
): Promise<T> {
  const { openInputs } = await import('./components/example-gen/open-inputs.js');
  const temporaryPath = await mkdtemp(path.join(os.tmpdir(), 'tfx-temporal-data-'));
  const { threads = os.availableParallelism(), memoryLimitMiB = 1024, signal, ...reading } = options;
  const resources = { threads, memoryLimitMiB, temporaryPath };
  try {
    return await use(await openInputs(inputs, { ...resources, ...reading, signal }), resources);
  } finally {
    await rm(temporaryPath, { recursive: true, force: true });
  }
}
