import { stat } from 'node:fs/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { PipelineError } from '../../../errors/pipeline-error.js';
import type { OutputPlace } from '../../implement.js';
import type { CellType } from '../cell-type.js';
import type { SourceSplit } from '../generate.js';
import type { InputSplit } from '../input-files.js';
import type { TableColumn } from '../row-functions.js';
import type { RowTable } from '../write-splits.js';
import type { CsvDialect } from './dialect.js';
import { loadCsv, type LoadedColumn } from './load-csv.js';
import { prepareFile, type PreparedFile } from './prepare-file.js';
import { sampleCsv, type CsvSample } from './sample.js';
import type { Encoding } from './text-encoding.js';

/** How CSV files are read, whoever reads them. */
export interface CsvReading {
  readonly dialect: CsvDialect;
  readonly encoding: Encoding | 'auto';
  /** Types by column name, instead of the inferred ones. */
  readonly columnTypes: Readonly<Record<string, Exclude<CellType, 'UNKNOWN'>>>;
  readonly onBadRow: 'fail' | 'skip' | 'quarantine';
  readonly maxBadRows: number;
  /** Told how many rows were left out, if any. */
  readonly onRejected?: (rows: number) => void;
  /** Where rejected rows go with `quarantine`. */
  readonly place?: OutputPlace;
  /** A header without rows is a table without rows, not an error. */
  readonly mayBeEmpty: boolean;
  /** The rows of one file of up to so many bytes wait in memory, which is faster. (Default: none) */
  readonly memoryBytes?: number;
}

const MIB = 1024 * 1024;
/** As rows of a table, text takes some three times its bytes. */
const SHARE = 1 / 4;

/** How many bytes of CSV may wait in memory under the engine's limit. Rows that will be sorted take twice as much. */
export const csvInMemory = (memoryLimitMiB: number, use: 'scan' | 'sort'): number =>
  (memoryLimitMiB * MIB * SHARE) / (use === 'sort' ? 2 : 1);

/** `data.csv` with a header, commas, double quotes; blank cells are missing; a bad row is an error. */
export const USUAL_CSV: CsvReading = {
  dialect: { delimiter: ',', quote: '"', nullTokens: [] },
  encoding: 'auto',
  columnTypes: {},
  onBadRow: 'fail',
  maxBadRows: 0,
  mayBeEmpty: false,
};

/**
 * The CSV files of one split as a source: all with the same header.
 *
 * @param onFile - called before each file that is looked at.
 * @throws CSV_EMPTY, CSV_NOT_TEXT, CSV_HEADER_INVALID, CSV_HEADERS_DIFFER; at loading CSV_BAD_ROW, CSV_NO_ROWS, …
 */
export async function csvSource(
  input: InputSplit,
  reading: CsvReading,
  temporaryPath: string,
  onFile: (done: number) => void = () => undefined,
): Promise<SourceSplit> {
  const files: PreparedFile[] = [];
  for (const file of input.files) {
    onFile(files.length);
    const prepared = await prepareFile(file, reading.encoding, reading.dialect, temporaryPath);
    files.push({ ...prepared, original: input.fetched?.get(file)?.address ?? prepared.original });
  }
  const sample = await sampleCsv(files[0]!, reading.dialect);
  for (const other of files.slice(1))
    checkHeader(files[0]!, sample.names, other, (await sampleCsv(other, reading.dialect)).names);
  return {
    name: input.name,
    files: files.map((file) => file.path),
    width: sample.names.length,
    load: async (connection, table) => await load(connection, reading, files, sample, table),
  };
}

async function load(
  connection: DuckDBConnection,
  { columnTypes, onBadRow, maxBadRows, onRejected, place, mayBeEmpty, memoryBytes = 0 }: CsvReading,
  files: readonly PreparedFile[],
  sample: CsvSample,
  table: string,
): Promise<RowTable> {
  const [only, ...others] = files;
  const inMemory = others.length === 0 && (await stat(only!.path)).size <= memoryBytes;
  const options = { sample, columnTypes, onBadRow, maxBadRows, table, inMemory, ...(place && { place }) };
  const loaded = await loadCsv(connection, files, options);
  if (loaded.rejected > 0) onRejected?.(loaded.rejected);
  if (loaded.rows > 0 || mayBeEmpty)
    return { table, columns: loaded.columns.map(tableColumn), rejected: loaded.rejected };
  throw new PipelineError('CSV_NO_ROWS', {
    what: `${files
      .map((file) => file.original)
      .join(', ')
      .slice(0, 500)}: a header with ${sample.names.length} columns and no rows.`,
    details: { file: files[0]!.original },
  });
}

function tableColumn({ name, type }: LoadedColumn, index: number): TableColumn {
  const isBlank = type === 'UNKNOWN';
  return { name, kind: type === 'UNKNOWN' ? 'STRING' : type, repeated: false, binary: false, index, isBlank };
}

function checkHeader(
  first: PreparedFile,
  expected: readonly string[],
  other: PreparedFile,
  found: readonly string[],
): void {
  if (expected.length === found.length && expected.every((name, i) => name === found[i])) return;
  const at = expected.findIndex((name, i) => name !== found[i]);
  const difference =
    at < 0 || at >= found.length
      ? `${found.length} columns instead of ${expected.length}`
      : `column ${at + 1} is ${JSON.stringify(found[at])} instead of ${JSON.stringify(expected[at])}`;
  throw new PipelineError('CSV_HEADERS_DIFFER', {
    what: `${other.original} has another header than ${first.original}: ${difference}.`,
    details: { file: other.original },
  });
}
