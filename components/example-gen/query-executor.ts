import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { PipelineError, isPipelineError } from '../../errors/pipeline-error.js';
import { sqlString } from '../../formats/duckdb.js';
import { readParquetSql } from '../../formats/examples.js';
import { writeParquet } from '../../formats/parquet-writer.js';
import { implement, type ExecutorContext } from '../implement.js';
import { QueryExampleGen } from './contract.js';
import { fetchedSplits } from './fetched-inputs.js';
import { generateExamples, type SourceSplit } from './generate.js';
import { loadTable } from './import/load-table.js';
import { SINGLE_SPLIT, findFiles } from './input-files.js';
import { requireInputsUnderRoots } from './input-roots.js';
import { spanOf } from './nominal-spans.js';
import './query-sources.js';
import { withSpanPlaceholders } from './query-spans.js';
import { splitConfig } from './split-config.js';

type Context = ExecutorContext<typeof QueryExampleGen>;

interface SplitQuery {
  readonly name: string;
  readonly query: string;
}

const DUCKDB = 'duckdb:';

/** SQL queries to Examples. */
export const queryExampleGen = implement(QueryExampleGen, {
  driver: async ({ parameters, nominalTime, span, inputRoots }) => {
    const queries = splitQueries(parameters);
    splitConfig(
      parameters.split,
      queries.map(({ name }) => name),
    );
    if (parameters.source.startsWith(DUCKDB)) {
      const files = await findFiles(parameters.source.slice(DUCKDB.length));
      await requireInputsUnderRoots([{ name: SINGLE_SPLIT, files }], inputRoots);
    }
    const resolvedSpan = parameters.span ?? span ?? spanOf(nominalTime);
    const usesSpan = queries.some(({ query }) => withSpanPlaceholders(query, resolvedSpan) !== query);
    return await Promise.resolve(usesSpan ? { parameters: { resolvedSpan } } : {});
  },
  executor: async (context) => {
    const { parameters } = context;
    const sources: SourceSplit[] = [];
    for (const { name, query } of splitQueries(parameters)) {
      context.signal.throwIfAborted();
      const sql = withSpanPlaceholders(query, parameters.resolvedSpan ?? parameters.span ?? 0);
      sources.push(
        parameters.source.startsWith(DUCKDB)
          ? await duckDbSource(context, name, sql)
          : await querySource(context, name, sql),
      );
    }
    return await generateExamples(context, sources);
  },
});

function splitQueries({ query }: Pick<Context['parameters'], 'query'>): readonly SplitQuery[] {
  return typeof query === 'string' ? [{ name: SINGLE_SPLIT, query }] : query;
}

/** A DuckDB file is attached read only, and the query runs where the rows are loaded. */
async function duckDbSource(context: Context, name: string, query: string): Promise<SourceSplit> {
  const { parameters, resources, signal } = context;
  const named = { name, files: (await findFiles(parameters.source.slice(DUCKDB.length))).slice(0, 1) };
  const [input = named] = await fetchedSplits([named], resources.temporaryPath, { signal });
  const [file] = input.files;
  const what = `The query of ${name} on ${file!}`;
  return {
    name,
    files: [file!],
    load: async (connection, table) => {
      try {
        await connection.run(`ATTACH IF NOT EXISTS ${sqlString(file!)} AS source (READ_ONLY)`);
        await connection.run('USE source');
        const statements = await connection.extractStatements(query);
        if (statements.count !== 1) throw queryFailed(what, 'it is not exactly one statement');
        // A view takes a query and nothing else, with whatever comments and semicolon end it.
        await connection.run(`CREATE OR REPLACE TEMP VIEW query_${table} AS ${query}`);
        return await loadTable(connection, `query_${table}`, table, what);
      } catch (cause) {
        throw isPipelineError(cause) && cause.code !== 'IMPORT_UNREADABLE' ? cause : queryFailed(what, cause);
      } finally {
        await connection.run('USE memory');
      }
    },
  };
}

/** Another database's rows are streamed into a temporary Parquet file first. */
async function querySource(context: Context, name: string, query: string): Promise<SourceSplit> {
  const { parameters, services, resources, signal, progress } = context;
  const available = services.querySources ?? {};
  if (!Object.hasOwn(available, parameters.source)) {
    throw new PipelineError('QUERY_SOURCE_UNKNOWN', {
      what: `The source is ${JSON.stringify(parameters.source)}; the worker has ${Object.keys(available).join(', ') || 'none'}.`,
      details: { source: parameters.source },
    });
  }
  const what = `The query of ${name} on ${parameters.source}`;
  const file = path.join(resources.temporaryPath, `query-${randomUUID()}.parquet`);
  try {
    const { columns, batches } = await available[parameters.source]!.query(query, signal);
    const fields = columns.map((column) => ({ ...column, binary: column.binary ?? false }));
    await writeParquet(
      file,
      fields,
      reported(batches, (done) => progress({ phase: `query ${name}`, done, unit: 'rows' })),
      resources,
    );
  } catch (cause) {
    signal.throwIfAborted();
    throw isPipelineError(cause) ? cause : queryFailed(what, cause);
  }
  return {
    name,
    files: [file],
    load: async (connection, table) => await loadTable(connection, readParquetSql([file]), table, what),
  };
}

async function* reported<T>(
  batches: AsyncIterable<readonly T[]>,
  report: (rows: number) => void,
): AsyncGenerator<readonly T[]> {
  let rows = 0;
  for await (const batch of batches) {
    yield batch;
    rows += batch.length;
    report(rows);
  }
}

function queryFailed(what: string, cause: unknown): PipelineError {
  const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
  return new PipelineError('QUERY_FAILED', { what: `${what} failed: ${reason.slice(0, 500)}`, cause });
}
