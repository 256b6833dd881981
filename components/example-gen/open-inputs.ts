import { PipelineError } from '../../errors/pipeline-error.js';
import type { OpenExamplesOptions } from '../../formats/examples.js';
import { USUAL_CSV, csvInMemory, csvSource, type CsvReading } from './csv/csv-source.js';
import { addressedSource, byAddress, fetchedSplits } from './fetched-inputs.js';
import type { SourceSplit } from './generate.js';
import { detectDataFormat, type ImportFormat } from './import/detect-format.js';
import { importSource, parquetFiles } from './import/import-sources.js';
import { findFiles, SINGLE_SPLIT, type InputSplit } from './input-files.js';

export type DataFormat = ImportFormat | 'csv';

/** Files of one format that together are one table. */
export interface OpenedInputs {
  readonly format: DataFormat;
  /** As found: absolute paths, sorted. */
  readonly files: readonly string[];
  /** Parquet files with the same rows, where that is what was given or what it was converted to. */
  readonly parquet?: readonly string[];
  readonly source: SourceSplit;
}

export interface OpenInputsOptions extends OpenExamplesOptions {
  readonly format?: DataFormat | undefined;
  /** How CSV is read, where it is not the usual way. */
  readonly csv?: Partial<CsvReading> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens files by path, folder, glob, `file://`, `http(s)://` or `s3://` address as one table, whatever their format: told by
 * their content, never by their names. TFRecord and Arrow are converted into `temporaryPath`.
 *
 * @throws INPUT_NOT_FOUND, INPUT_FORMATS_DIFFER and what reading each format throws.
 */
export async function openInputs(patterns: readonly string[], options: OpenInputsOptions): Promise<OpenedInputs> {
  const found: string[] = [];
  for (const pattern of patterns) found.push(...(await findFiles(pattern)));
  const named: InputSplit = { name: SINGLE_SPLIT, files: [...new Set(found)].sort() };
  const signal = options.signal ?? new AbortController().signal;
  const [input = named] = await fetchedSplits([named], options.temporaryPath, { signal });
  const format = options.format ?? (await byAddress(input.fetched, () => commonDataFormat(input.files)));
  const files = named.files;
  if (format === 'csv') {
    const reading = { ...USUAL_CSV, memoryBytes: csvInMemory(options.memoryLimitMiB ?? 0, 'scan'), ...options.csv };
    const source = await addressedSource(input, (one) => csvSource(one, reading, options.temporaryPath));
    return { format, files, source };
  }
  if (format === 'ndjson') {
    return { format, files, source: await addressedSource(input, (one) => importSource(one, format, options)) };
  }
  const parquet = await byAddress(input.fetched, () => parquetFiles(input.files, format, options));
  const source = await addressedSource({ ...input, files: parquet }, (one) => importSource(one, 'parquet', options));
  return { format, files, parquet, source };
}

async function commonDataFormat(files: readonly string[]): Promise<DataFormat> {
  const formats = await Promise.all(files.map(detectDataFormat));
  const other = formats.findIndex((format) => format !== formats[0]);
  if (other < 0) return formats[0]!;
  throw new PipelineError('INPUT_FORMATS_DIFFER', {
    what: `${files[0]!} is ${formats[0]!}, but ${files[other]!} is ${formats[other]!}.`,
    details: { files: [files[0], files[other]] },
  });
}
