import type { DuckDBConnection } from '@duckdb/node-api';
import { PipelineError } from '../errors/pipeline-error.js';

export interface DuckDbOptions {
  readonly threads: number;
  readonly memoryLimitMiB: number;
  /** Spill goes here; the only folder, besides `allowedPaths`, that SQL can reach. */
  readonly temporaryPath: string;
  /** Folders that SQL may read and write. */
  readonly allowedPaths: readonly string[];
  /** Keep rows in input order (needs more memory); false lets DuckDB reorder. */
  readonly preserveOrder?: boolean;
  /** What a division by zero gives. (Default: `infinity`, or not a number) */
  readonly divisionByZero?: 'null' | 'infinity';
}

/**
 * Runs `use` with a fresh in-memory DuckDB that is locked down: fixed memory, threads and spill folder, no extension
 * downloads, no file access outside `allowedPaths`.
 *
 * @throws MEMORY_LIMIT_TOO_LOW
 */
export async function withDuckDb<T>(
  options: DuckDbOptions,
  use: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  // Loaded when it is needed: much that could open a database seldom does.
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(options.threads),
    memory_limit: `${options.memoryLimitMiB}MiB`,
    temp_directory: options.temporaryPath,
    ieee_floating_point_ops: String(options.divisionByZero !== 'null'),
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
    } catch (cause) {
      throw memoryError(cause, options);
    } finally {
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
  }
}

function memoryError(cause: unknown, { memoryLimitMiB, threads }: DuckDbOptions): unknown {
  if (!(cause instanceof Error) || !/^Out of Memory Error/i.test(cause.message)) return cause;
  return new PipelineError('MEMORY_LIMIT_TOO_LOW', {
    what: `The work needs more than the ${memoryLimitMiB} MiB that the engine was given for ${threads} ${threads === 1 ? 'thread' : 'threads'}.`,
    details: { memoryLimitMiB, threads },
    cause,
  });
}

/** A SQL string literal: the one way in which text enters SQL when a bound parameter cannot stand there. */
export function sqlString(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A SQL identifier, quoted. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
