import pg from 'pg';
import type { QueryColumn, QueryResult, QuerySource } from '../components/example-gen/query-sources.js';
import { PipelineError } from '../errors/pipeline-error.js';
import { columnOf, readScalar } from './postgres-types.js';
import { QUERY_POSTGRES_URL } from './query-postgres-url.js';

const ROWS_PER_BATCH = 5000;

/**
 * Postgres as a query source: one read-only transaction with one snapshot, and a cursor, so that memory is bounded
 * whatever the query returns.
 *
 * @throws QUERY_SOURCE_UNAVAILABLE when the server can not be reached or goes away
 */
export function postgresQuerySource(connectionString: string): QuerySource {
  return {
    async query(sql, signal) {
      signal.throwIfAborted();
      const client = new pg.Client({
        connectionString,
        connectionTimeoutMillis: 10_000,
        application_name: 'tfx-temporal QueryExampleGen',
      });
      // A connection that breaks between two fetches is found out by the next one.
      client.on('error', () => undefined);
      const stop = (): void => void client.end().catch(() => undefined);
      signal.addEventListener('abort', stop);
      const close = async (): Promise<void> => {
        signal.removeEventListener('abort', stop);
        await client.end().catch(() => undefined);
      };
      try {
        return await openCursor(client, sql, close);
      } catch (cause) {
        await close();
        throw queryError(cause);
      }
    },
  };
}

async function openCursor(client: pg.Client, sql: string, close: () => Promise<void>): Promise<QueryResult> {
  await client.connect();
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  // The extended protocol takes one statement and no more.
  const declare: pg.QueryConfig & { queryMode: 'extended' } = {
    text: `DECLARE examples NO SCROLL CURSOR FOR ${sql}`,
    queryMode: 'extended',
  };
  await client.query(declare);
  const described = await client.query(fetchOf(0));
  const columns = described.fields.map(({ name, dataTypeID }) => columnOf(name, dataTypeID));
  return { columns, batches: batchesOf(client, columns, close) };
}

async function* batchesOf(
  client: pg.Client,
  columns: readonly QueryColumn[],
  close: () => Promise<void>,
): AsyncGenerator<readonly (readonly unknown[])[]> {
  try {
    for (;;) {
      const { rows } = await client.query<(string | null)[]>(fetchOf(ROWS_PER_BATCH));
      if (rows.length === 0) return;
      yield rows.map((row) => row.map((text, i) => (text === null ? null : readScalar(columns[i], text))));
    }
  } catch (cause) {
    throw queryError(cause);
  } finally {
    await close();
  }
}

/** Every value as Postgres's text: what it means is told by its column. */
const fetchOf = (rows: number) => ({
  text: `FETCH FORWARD ${rows} FROM examples`,
  rowMode: 'array' as const,
  types: { getTypeParser: () => (text: string | Buffer) => String(text) },
});

/** SQLSTATE classes 08 (connection), 53 (resources), 57P (shutdown), 58 (system): the outside world, worth a retry. */
function queryError(cause: unknown): unknown {
  if (!(cause instanceof Error) || cause instanceof PipelineError) return cause;
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  const isSqlState = /^[0-9A-Z]{5}$/.test(code);
  if (isSqlState && !/^(08|53|57P|58)/.test(code)) return cause;
  const isConnection = isSqlState || code !== '' || /connect|terminated|timeout|closed/i.test(cause.message);
  if (!isConnection) return cause;
  return new PipelineError('QUERY_SOURCE_UNAVAILABLE', {
    what: `The Postgres of ${QUERY_POSTGRES_URL} can not be asked: ${(cause.message || code).slice(0, 300)}.`,
    cause,
  });
}
