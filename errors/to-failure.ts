import { ApplicationFailure, TemporalFailure } from '@temporalio/common';
import type { ErrorCode } from './catalog/index.js';
import { isPipelineError } from './pipeline-error.js';

/** Message and details of a failure together, in UTF-8 bytes: a larger one is not shown by Temporal's UI. */
export const FAILURE_LIMIT_BYTES = 1024;
const MESSAGE_LIMIT_BYTES = 800;
const STACK_LIMIT_BYTES = 700;

/** The first detail of every failure that this project makes. */
export interface FailureDetail {
  readonly kind: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * Maps any error to what Temporal shall see: the one place that does so.
 * The failure's `type` is the stable code. Temporal's own failures (cancellation, activity and child failures) and
 * aborts pass through untouched, because the server and the workflow must see them as what they are.
 */
export function toFailure(error: unknown): Error {
  if (error instanceof Error && passesThrough(error)) return error;
  if (isPipelineError(error)) {
    return failure({
      code: error.code,
      retryable: error.retryable,
      message: error.message,
      detail: { kind: error.kind, details: error.details },
      stack: error.stack,
    });
  }
  const code: ErrorCode = isProgrammingError(error) ? 'INTERNAL_ERROR' : 'UNEXPECTED_ERROR';
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const message = code === 'INTERNAL_ERROR' ? `${text}${placeOf(error)}` : text;
  return failure({
    code,
    retryable: code === 'UNEXPECTED_ERROR',
    message,
    detail: { kind: code === 'INTERNAL_ERROR' ? 'determinism' : 'unavailable' },
    stack: error instanceof Error ? error.stack : undefined,
  });
}

/** Where an error was thrown, as ` (module.ts:33:3)`; nothing when a package threw it, whose lines tell a person little. */
function placeOf(error: unknown): string {
  const frame = error instanceof Error ? /^\s+at (.+)$/m.exec(error.stack ?? '')?.[1] : undefined;
  if (frame === undefined || /node_modules|node:/.test(frame)) return '';
  const place = /([^/\\(]+\.[cm]?[jt]s:\d+:\d+)\)?$/.exec(frame)?.[1];
  return place === undefined ? '' : ` (${place})`;
}

/** Cuts a text to a number of UTF-8 bytes, at a character, with an ellipsis where something was cut. */
export function cutBytes(text: string, bytes: number): string {
  const encoded = new TextEncoder().encode(text);
  if (encoded.length <= bytes) return text;
  return `${new TextDecoder().decode(encoded.subarray(0, bytes - 3)).replace(/\uFFFD+$/, '')}…`;
}

function passesThrough(error: Error): boolean {
  return error instanceof TemporalFailure || PASSING.has(error.name) || error.constructor.name === 'ContinueAsNew';
}

/** By name, because `instanceof` does not hold between the workflow sandbox and the outside. */
const PASSING: ReadonlySet<string> = new Set([
  'ApplicationFailure',
  'CancelledFailure',
  'ActivityFailure',
  'ChildWorkflowFailure',
  'TimeoutFailure',
  'TerminatedFailure',
  'ServerFailure',
  'AbortError',
  'CompleteAsyncError',
  'ContinueAsNew',
  'DeterminismViolationError',
]);

const PROGRAMMING: ReadonlySet<string> = new Set([
  'TypeError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'AssertionError',
]);

function isProgrammingError(error: unknown): boolean {
  if (!(error instanceof Error)) return true;
  // undici reports a failed connection as a TypeError with a cause.
  return PROGRAMMING.has(error.name) && error.cause === undefined;
}

interface FailureFacts {
  readonly code: string;
  readonly retryable: boolean;
  readonly message: string;
  readonly detail: FailureDetail;
  readonly stack: string | undefined;
}

function failure(facts: FailureFacts): ApplicationFailure {
  const message = cutBytes(facts.message, MESSAGE_LIMIT_BYTES);
  const room = FAILURE_LIMIT_BYTES - new TextEncoder().encode(message).length;
  const made = ApplicationFailure.create({
    message,
    type: facts.code,
    nonRetryable: !facts.retryable,
    details: [fitting(facts.detail, room)],
  });
  if (facts.stack !== undefined) made.stack = stackOf(`${facts.code}: ${firstLine(message)}`, facts.stack);
  return made;
}

function fitting(detail: FailureDetail, bytes: number): FailureDetail {
  try {
    if (new TextEncoder().encode(JSON.stringify(detail)).length <= bytes) return detail;
  } catch {
    // Details that are not JSON (a bigint, a cycle) are left out rather than hiding the error itself.
  }
  return { kind: detail.kind };
}

function stackOf(headline: string, stack: string): string {
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  return cutBytes([headline, ...frames].join('\n'), STACK_LIMIT_BYTES);
}

const firstLine = (text: string): string => text.split('\n')[0] ?? '';
