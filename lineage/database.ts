import pg from 'pg';
import { toLineageError } from './database-errors.js';

/** Rows of one statement; values go in as bound parameters only. */
export interface Queryable {
  query<R>(sql: string, values?: readonly unknown[]): Promise<R[]>;
}

export interface Database extends Queryable {
  /** Runs `use` in one transaction: committed when it returns, rolled back when it throws. */
  transaction<T>(use: (transaction: Queryable) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** Connections that this process may hold. (Default: 10) */
  readonly connections?: number;
  /** How long one statement may take, in milliseconds. (Default: 30 000) */
  readonly statementTimeoutMs?: number;
}

/**
 * Opens a pool of Postgres connections; the first is made by the first query.
 * @throws PipelineError LINEAGE_* from each query, with connection errors as the retryable LINEAGE_UNAVAILABLE.
 */
export function openDatabase(databaseUrl: string, options: DatabaseOptions = {}): Database {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: options.connections ?? 10,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 30_000,
    statement_timeout: options.statementTimeoutMs ?? 30_000,
    idle_in_transaction_session_timeout: 60_000,
    application_name: 'tfx-temporal',
    // Postgres looks into the schema named like the user first, and ours is named tfx, as a user may be.
    options: '-c search_path=public',
    keepAlive: true,
    allowExitOnIdle: true,
  });
  // An idle connection that the server ends would otherwise end the process; the next query makes a new one.
  pool.on('error', () => undefined);
  return {
    query: (sql, values) => run(pool, databaseUrl, sql, values),
    transaction: (use) => transact(pool, databaseUrl, use),
    close: () => pool.end(),
  };
}

async function run<R>(
  client: pg.Pool | pg.PoolClient,
  databaseUrl: string,
  sql: string,
  values: readonly unknown[] = [],
): Promise<R[]> {
  try {
    const { rows } = await client.query<pg.QueryResultRow>(sql, [...values]);
    return rows as R[];
  } catch (error) {
    throw toLineageError(error, databaseUrl);
  }
}

async function transact<T>(
  pool: pg.Pool,
  databaseUrl: string,
  use: (transaction: Queryable) => Promise<T>,
): Promise<T> {
  const client = await connect(pool, databaseUrl);
  const transaction: Queryable = { query: (sql, values) => run(client, databaseUrl, sql, values) };
  let broken: Error | undefined;
  // A connection lost between two statements is reported here; the next statement fails and says so.
  const onError = (error: Error): void => {
    broken = error;
  };
  client.on('error', onError);
  try {
    await transaction.query('begin');
    const result = await use(transaction);
    await transaction.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((failure: unknown) => {
      broken = failure instanceof Error ? failure : new Error(String(failure));
    });
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}

async function connect(pool: pg.Pool, databaseUrl: string): Promise<pg.PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw toLineageError(error, databaseUrl);
  }
}
