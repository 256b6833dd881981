import type { ErrorCode } from '../errors/catalog/index.js';
import { PipelineError, isPipelineError } from '../errors/pipeline-error.js';

/** SQLSTATEs and system codes that pass when the database is back, has room, or another transaction has ended. */
const UNAVAILABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT', // a unix socket that is not there yet
  '25P03', // idle_in_transaction_session_timeout
  '25P04', // transaction_timeout
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '55P03', // lock_not_available
  '57014', // query_canceled: our statement timeout
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  '57P05', // idle_session_timeout
]);
/** Classes 08 (connection), 53 (resources, too many connections), 58 (system, I/O), XX (internal). */
const UNAVAILABLE_CLASSES = new Set(['08', '53', '58', 'XX']);
/** 28: authorization; 42501: insufficient privilege. */
const DENIED = new Set(['28000', '28P01', '42501']);
/** Missing table, schema or column: the database is not migrated. */
const NOT_MIGRATED = new Set(['42P01', '3F000', '42703']);

/** What an error of `pg` means; coded errors pass through. */
export function toLineageError(error: unknown, databaseUrl: string): Error {
  if (isPipelineError(error)) return error;
  const { code, message } = describe(error);
  const what = `${databaseName(databaseUrl)}: ${message}`;
  return new PipelineError(lineageCode(code, message), { what, details: { sqlState: code }, cause: error });
}

function lineageCode(code: string, message: string): ErrorCode {
  if (UNAVAILABLE.has(code) || (/^[0-9A-Z]{5}$/.test(code) && UNAVAILABLE_CLASSES.has(code.slice(0, 2)))) {
    return 'LINEAGE_UNAVAILABLE';
  }
  if (DENIED.has(code)) return 'LINEAGE_ACCESS_DENIED';
  if (code === '3D000') return 'LINEAGE_DATABASE_MISSING';
  if (NOT_MIGRATED.has(code)) return 'LINEAGE_NOT_MIGRATED';
  // pg reports a connection that ended in mid-query, and a full pool, by message alone.
  if (/terminat|timeout|connection|not queryable|closed|calling end/i.test(message)) return 'LINEAGE_UNAVAILABLE';
  return 'LINEAGE_REFUSED';
}

function describe(error: unknown): { code: string; message: string } {
  if (error instanceof AggregateError && error.errors.length > 0) return describe(error.errors[0]);
  if (!(error instanceof Error)) return { code: '', message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return { code, message: error.message || code || error.name };
}

/** The database as people may see it: no user, no password. */
export function databaseName(databaseUrl: string): string {
  try {
    const url = new URL(databaseUrl);
    return `Postgres ${url.host}${url.pathname}`;
  } catch {
    return 'Postgres';
  }
}
