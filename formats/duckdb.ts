import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';

export interface DuckDbOptions {
  readonly threads: number;
  readonly memoryLimitMiB: number;
  /** Spill goes here; the only folder, besides `allowedPaths`, that SQL can reach. */
  readonly temporaryPath: string;
  /** Folders that SQL may read and write. */
  readonly allowedPaths: readonly string[];
  /** Keep rows in input order (needs more memory); false lets DuckDB reorder. */
  readonly preserveOrder?: boolean;
}

/**
 * Runs `use` with a fresh in-memory DuckDB that is locked down: fixed memory, threads and spill folder, no extension
 * downloads, no file access outside `allowedPaths`.
 */
export async function withDuckDb<T>(
  options: DuckDbOptions,
  use: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(options.threads),
    memory_limit: `${options.memoryLimitMiB}MiB`,
    temp_directory: options.temporaryPath,
    preserve_insertion_order: String(options.preserveOrder ?? true),
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  try {
    const connection = await instance.connect();
    try {
      const folders = [options.temporaryPath, ...options.allowedPaths].map(sqlString).join(', ');
      await connection.run(`SET allowed_directories = [${folders}]`);
      await connection.run('SET enable_external_access = false');
      await connection.run('SET lock_configuration = true');
      return await use(connection);
    } finally {
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
  }
}

/** A SQL string literal: the one way in which text enters SQL when a bound parameter cannot stand there. */
export function sqlString(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A SQL identifier, quoted. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
