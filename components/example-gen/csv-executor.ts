import type { DuckDBConnection } from '@duckdb/node-api';
import { PipelineError } from '../../errors/pipeline-error.js';
import { implement, type ExecutorContext } from '../implement.js';
import { CsvExampleGen } from './contract.js';
import type { CsvDialect } from './csv/dialect.js';
import { loadCsv, type LoadedColumn } from './csv/load-csv.js';
import { prepareFile, type PreparedFile } from './csv/prepare-file.js';
import { sampleCsv, type CsvSample } from './csv/sample.js';
import { checkedInputSplits, driveFiles } from './driver.js';
import { generateExamples, type SourceSplit } from './generate.js';
import type { InputSplit } from './input-files.js';
import type { TableColumn } from './row-functions.js';
import type { RowTable } from './write-splits.js';

type Context = ExecutorContext<typeof CsvExampleGen>;

/** CSV files to Examples. */
export const csvExampleGen = implement(CsvExampleGen, {
  driver: async (context) => await driveFiles(context),
  executor: async (context) => {
    const inputs = await checkedInputSplits(context);
    const sources: SourceSplit[] = [];
    for (const input of inputs) sources.push(await csvSource(context, input));
    return await generateExamples(context, sources);
  },
});

async function csvSource(context: Context, input: InputSplit): Promise<SourceSplit> {
  const { parameters, resources, progress, signal } = context;
  const dialect: CsvDialect = {
    delimiter: parameters.delimiter,
    quote: parameters.quote,
    nullTokens: parameters.nullTokens,
  };
  const files: PreparedFile[] = [];
  for (const file of input.files) {
    signal.throwIfAborted();
    progress({ phase: `look at ${input.name}`, done: files.length, total: input.files.length, unit: 'files' });
    files.push(await prepareFile(file, parameters.encoding, dialect, resources.temporaryPath));
  }
  const sample = await sampleCsv(files[0]!, dialect);
  for (const other of files.slice(1))
    checkHeader(files[0]!, sample.names, other, (await sampleCsv(other, dialect)).names);
  return {
    name: input.name,
    files: files.map((file) => file.path),
    width: sample.names.length,
    load: async (connection, table) => await load(connection, context, files, sample, table),
  };
}

async function load(
  connection: DuckDBConnection,
  { parameters, outputs }: Context,
  files: readonly PreparedFile[],
  sample: CsvSample,
  table: string,
): Promise<RowTable> {
  const { columnTypes, onBadRow, maxBadRows } = parameters;
  const loaded = await loadCsv(connection, files, {
    sample,
    columnTypes,
    onBadRow,
    maxBadRows,
    table,
    place: outputs.examples,
  });
  if (loaded.rows > 0) return { table, columns: loaded.columns.map(tableColumn), rejected: loaded.rejected };
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
