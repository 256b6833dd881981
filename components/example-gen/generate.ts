import path from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { PipelineError } from '../../errors/pipeline-error.js';
import { withDuckDb } from '../../formats/duckdb.js';
import type { Contract } from '../contract.js';
import type { ExecutorContext, ExecutorResult, OutputPlace } from '../implement.js';
import { outputSplits, type TimeSplit } from './output-splits.js';
import { splitConfig, type HashSplit } from './split-config.js';
import { examplesProperties, writeSplits, type OutputSplit, type RowTable } from './write-splits.js';

/** What every ExampleGen's parameters hold. */
export interface OutputParameters {
  readonly split?: Readonly<Record<string, number>> | readonly HashSplit[];
  readonly partitionFeature?: string;
  readonly stratifyBy?: string;
  readonly timeSplit?: TimeSplit;
  readonly seed: number;
  readonly tfxCompatible: boolean;
  readonly format: 'parquet' | 'tfrecord';
  readonly rowsPerShard: number;
  readonly resolvedSpan?: number;
  readonly resolvedVersion?: number;
  readonly inputFingerprint?: string;
}

/** One split of the input, ready to be loaded. */
export interface SourceSplit {
  readonly name: string;
  /** Files that SQL reads. */
  readonly files: readonly string[];
  /** The number of columns where it is known beforehand: very wide rows need more memory and fewer threads. */
  readonly width?: number;
  /** Makes the table: columns `c0`, `c1`, … and the row hash `h`. */
  load(connection: DuckDBConnection, table: string): Promise<RowTable>;
}

type Context = Pick<ExecutorContext<Contract>, 'resources' | 'progress' | 'signal'> & {
  readonly parameters: OutputParameters;
  readonly outputs: { readonly examples: OutputPlace };
};

/** DuckDB's chunks hold 2,048 rows of every column at a time, several of them per thread: measured for 5,000 columns. */
const WIDE_COLUMNS = 1000;
const MIB_PER_WIDE_COLUMN = 0.16;

/** Sorting takes this much per thread (measured: two threads sort 1.3 GiB in 192 MiB, one in 128). */
const MIB_PER_THREAD = 96;

/** As many threads as the memory limit has room for: fewer are slower, and write the same bytes. */
const affordableThreads = ({ threads, memoryLimitMiB }: Context['resources']): number =>
  Math.max(1, Math.min(threads, Math.floor(memoryLimitMiB / MIB_PER_THREAD)));

/** Loads the sources, splits, shuffles and writes them: what all ExampleGens have in common. */
export async function generateExamples(context: Context, sources: readonly SourceSplit[]): Promise<ExecutorResult> {
  const { parameters, resources, outputs } = context;
  const splits = splitConfig(
    parameters.split,
    sources.map(({ name }) => name),
  );
  checkRules(parameters, splits === undefined);
  const width = Math.max(0, ...sources.map((source) => source.width ?? 0));
  const isWide = width > WIDE_COLUMNS;
  return await withDuckDb(
    {
      threads: isWide ? 1 : affordableThreads(resources),
      memoryLimitMiB: Math.max(resources.memoryLimitMiB, isWide ? Math.ceil(width * MIB_PER_WIDE_COLUMN) : 0),
      temporaryPath: resources.temporaryPath,
      allowedPaths: [
        outputs.examples.path,
        ...new Set(sources.flatMap(({ files }) => files.map((file) => path.dirname(file)))),
      ],
      preserveOrder: false,
    },
    async (connection) => await loadAndWrite(connection, context, sources, splits),
  );
}

async function loadAndWrite(
  connection: DuckDBConnection,
  context: Context,
  sources: readonly SourceSplit[],
  splits: readonly HashSplit[] | undefined,
): Promise<ExecutorResult> {
  const { parameters, progress, signal } = context;
  const stop = (): void => connection.interrupt();
  signal.addEventListener('abort', stop);
  try {
    const outputsOf: OutputSplit[] = [];
    for (const [i, source] of sources.entries()) {
      signal.throwIfAborted();
      progress({ phase: `read ${source.name}`, done: i, total: sources.length, unit: 'splits' });
      const table = await source.load(connection, `rows_${i}`);
      outputsOf.push(
        ...(splits === undefined
          ? [{ name: source.name, source: table, where: 'true' }]
          : await outputSplits(connection, table, { ...parameters, splits })),
      );
    }
    return await write(connection, context, outputsOf);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

async function write(
  connection: DuckDBConnection,
  context: Context,
  splits: readonly OutputSplit[],
): Promise<ExecutorResult> {
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
  const sources = new Set(splits.map((split) => split.source));
  const rejected = [...sources].reduce((sum, source) => sum + (source.rejected ?? 0), 0);
  return {
    summary: `${rows} rows: ${written.map((split) => `${split.name} ${split.rows}`).join(', ')}${rejected > 0 ? `; ${rejected} rejected` : ''}`,
    properties: {
      examples: examplesProperties(written, {
        format: parameters.format,
        span: parameters.resolvedSpan,
        version: parameters.resolvedVersion,
        fingerprint: parameters.inputFingerprint,
        rejected,
      }),
    },
    metrics: { rows },
  };
}

function checkRules(parameters: OutputParameters, keepsInputSplits: boolean): void {
  const given = (['partitionFeature', 'stratifyBy', 'timeSplit'] as const).filter(
    (name) => parameters[name] !== undefined,
  );
  if (given.length > 1) {
    throw new PipelineError('SPLIT_CONFIG_INVALID', { what: `Only one of ${given.join(' and ')} can be given.` });
  }
  if (given.length === 1 && keepsInputSplits) {
    throw new PipelineError('SPLIT_CONFIG_INVALID', {
      what: `${given[0]} is given, but the input has splits of its own.`,
    });
  }
}
