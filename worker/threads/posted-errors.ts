import { catalog, type ErrorCode } from '../../errors/catalog/index.js';
import { isPipelineError, PipelineError } from '../../errors/pipeline-error.js';
import type { PostedError } from './messages.js';

/** An error as plain data that can be posted. */
export function postedError(error: unknown): PostedError {
  if (isPipelineError(error)) {
    const { code, what, why, fix } = error;
    return { coded: true, code, what, why, fix, details: plain(error.details), stack: error.stack ?? '' };
  }
  if (error instanceof Error) {
    const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
    return { coded: false, name: error.name, message: `${error.message}${cause}`, stack: error.stack ?? '' };
  }
  return { coded: false, name: 'Error', message: `a value that is no error was thrown: ${String(error)}`, stack: '' };
}

/** The error again, with the stack of the thread that it came from. */
export function receivedError(posted: PostedError): Error {
  const error = posted.coded && isCode(posted.code) ? codedError(posted.code, posted) : plainError(posted);
  error.stack = posted.stack;
  return error;
}

function codedError(code: ErrorCode, { what, why, fix, details }: PostedError & { coded: true }): PipelineError {
  return new PipelineError(code, { what, why, fix, details });
}

function plainError(posted: PostedError): Error {
  if (posted.coded) return new Error(`${posted.code}: ${posted.what}`);
  const error = new Error(posted.message);
  error.name = posted.name;
  return error;
}

const isCode = (code: string): code is ErrorCode => Object.hasOwn(catalog, code);

function plain(details: Readonly<Record<string, unknown>>): Record<string, unknown> {
  try {
    return JSON.parse(JSON.stringify(details)) as Record<string, unknown>;
  } catch {
    return {};
  }
}
