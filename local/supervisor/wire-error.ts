import type { ErrorCode } from '../../errors/catalog/index.js';
import { isPipelineError } from '../../errors/pipeline-error.js';
import type { WireError } from './protocol.js';

/** An error as plain data, to cross to another process. @param otherwise - the code of an error that has none */
export function toWireError(error: unknown, otherwise: ErrorCode): WireError {
  if (isPipelineError(error)) {
    const { code, what, why, fix, details } = error;
    return { code, what, why, fix, details };
  }
  return { code: otherwise, what: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
