/** A column of a query's result. */
export interface QueryColumn {
  readonly name: string;
  /** INT is int64, FLOAT becomes float32, STRING is text or bytes. */
  readonly kind: 'INT' | 'FLOAT' | 'STRING';
  readonly repeated: boolean;
  /** STRING only: the values are bytes that may not be UTF-8. */
  readonly binary?: boolean;
}

export interface QueryResult {
  readonly columns: readonly QueryColumn[];
  /**
   * The rows in batches, values in the order of the columns: number, bigint, boolean, string, Uint8Array, an array of
   * these for repeated columns, or null. Batches must be of bounded size: a cursor, never the whole result.
   */
  readonly batches: AsyncIterable<readonly (readonly unknown[])[]>;
}

/**
 * A database that QueryExampleGen can ask. The worker hands sources in by name (`services.querySources`): the standard
 * one is `postgres`; BigQuery, Trino or Snowflake are added by implementing this one method over their clients.
 */
export interface QuerySource {
  /** Runs a query. The signal ends it, and with it the cursor. */
  query(sql: string, signal: AbortSignal): Promise<QueryResult>;
}

declare module '../implement.js' {
  interface Services {
    /** Databases for QueryExampleGen, by name. */
    readonly querySources?: Readonly<Record<string, QuerySource>>;
  }
}
