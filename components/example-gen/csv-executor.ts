import path from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { PipelineError } from '../../errors/pipeline-error.js';
import { withDuckDb } from '../../formats/duckdb.js';
import type { ExamplesColumn } from '../../formats/examples.js';
import { implement, type ExecutorContext, type ExecutorResult } from '../implement.js';
import { CsvExampleGen } from './contract.js';
import type { CsvDialect } from './csv/dialect.js';
import { loadCsv, type LoadedCsv } from './csv/load-csv.js';
import { prepareFile, type PreparedFile } from './csv/prepare-file.js';
import { sampleCsv } from './csv/sample.js';
import { driveFiles, inputSplits } from './driver.js';
import { contentFingerprint, inputPatterns, type InputSplit } from './input-files.js';
import { hashSplits } from './output-splits.js';
import { splitConfig } from './split-config.js';
import { examplesProperties, writeSplits, type OutputSplit, type RowTable } from './write-splits.js';

type Context = ExecutorContext<typeof CsvExampleGen>;

/** CSV files to Examples. */
export const csvExampleGen = implement(CsvExampleGen, {
  driver: async ({ parameters, signal }) => await driveFiles(parameters, signal),
  executor: async (context) => {
    const { parameters, resources, outputs } = context;
    const inputs = await inputSplits(parameters.resolvedInput ?? inputPatterns(parameters.input));
    const hashed = splitConfig(
      parameters.split,
      inputs.map(({ name }) => name),
    );
    await checkUnchanged(context, inputs);
    return await withDuckDb(
      {
        threads: resources.threads,
        memoryLimitMiB: resources.memoryLimitMiB,
        temporaryPath: resources.temporaryPath,
        allowedPaths: [
          outputs.examples.path,
          ...new Set(inputs.flatMap(({ files }) => files.map((file) => path.dirname(file)))),
        ],
        preserveOrder: false,
      },
      async (connection) => {
        const splits: OutputSplit[] = [];
        for (const [i, input] of inputs.entries()) {
          const source = await loadSplit(connection, context, input, `rows_${i}`);
          splits.push(
            ...(hashed === undefined ? [{ name: input.name, source, where: 'true' }] : hashSplits(source, hashed)),
          );
        }
        return await write(connection, context, splits);
      },
    );
  },
});

async function write(
  connection: DuckDBConnection,
  context: Context,
  splits: readonly OutputSplit[],
): Promise<ExecutorResult<typeof CsvExampleGen>> {
  const { parameters } = context;
  const written = await writeSplits(connection, splits, {
    seed: parameters.seed,
    format: parameters.format,
    rowsPerShard: parameters.rowsPerShard,
    emptyLists: parameters.tfxCompatible,
    place: context.outputs.examples,
    progress: context.progress,
    signal: context.signal,
  });
  const rows = written.reduce((sum, split) => sum + split.rows, 0);
  const properties = examplesProperties(written, {
    format: parameters.format,
    span: parameters.resolvedSpan,
    version: parameters.resolvedVersion,
    fingerprint: parameters.inputFingerprint,
  });
  return {
    summary: `${rows} rows: ${written.map((split) => `${split.name} ${split.rows}`).join(', ')}`,
    properties: { examples: properties },
    metrics: { rows },
  };
}

async function loadSplit(
  connection: DuckDBConnection,
  context: Context,
  input: InputSplit,
  table: string,
): Promise<RowTable> {
  const { parameters, resources, progress, signal } = context;
  const dialect: CsvDialect = {
    delimiter: parameters.delimiter,
    quote: parameters.quote,
    nullTokens: parameters.nullTokens,
  };
  const prepared: PreparedFile[] = [];
  for (const file of input.files) {
    signal.throwIfAborted();
    prepared.push(await prepareFile(file, parameters.encoding, dialect, resources.temporaryPath));
  }
  progress({ phase: `read ${input.name}`, total: prepared.length, unit: 'files' });
  const sample = await sampleCsv(prepared[0]!, dialect);
  for (const other of prepared.slice(1))
    checkHeader(prepared[0]!, sample.names, other, (await sampleCsv(other, dialect)).names);
  const loaded = await loadCsv(connection, prepared, {
    sample,
    dialect,
    columnTypes: parameters.columnTypes,
    storeRejects: false,
    table,
  });
  if (loaded.rows === 0) {
    throw new PipelineError('CSV_NO_ROWS', {
      what: `${input.files.join(', ').slice(0, 500)}: a header with ${sample.names.length} columns and no rows.`,
      details: { file: input.files[0] },
    });
  }
  return { table, columns: loaded.columns.map(examplesColumn) };
}

function examplesColumn({ name, type }: LoadedCsv['columns'][number]): ExamplesColumn {
  return { name, kind: type === 'UNKNOWN' ? 'STRING' : type, repeated: false, binary: false };
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

/** The cache trusts the driver's fingerprint, so what is read must be what it saw. */
async function checkUnchanged({ parameters, signal }: Context, inputs: readonly InputSplit[]): Promise<void> {
  if (parameters.inputFingerprint === undefined) return;
  const found = await contentFingerprint(inputs, signal);
  if (found === parameters.inputFingerprint) return;
  throw new PipelineError('INPUT_CHANGED', {
    what: `The input had the fingerprint ${parameters.inputFingerprint.slice(0, 12)}… and now has ${found.slice(0, 12)}….`,
  });
}
