import { catalog, type ErrorCode, type ErrorEntry, type ErrorKind } from './catalog/index.js';

export interface PipelineErrorFacts {
  /** What happened, in one sentence with both values: the expected and the found. */
  readonly what: string;
  /** Why it happened or matters; the catalogue's general sentence when left out. */
  readonly why?: string;
  /** What to do about it; the catalogue's general sentence when left out. */
  readonly fix?: string;
  /** Small facts for machines (feature, row, bound): plain JSON. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/**
 * The one error class that this project throws on purpose: a stable code, what happened, why, and how to fix it.
 * Branch on `code`, never on the message or on `instanceof` (it does not hold across Temporal's sandbox and threads).
 */
export class PipelineError extends Error {
  override readonly name = 'PipelineError';
  readonly code: ErrorCode;
  readonly kind: ErrorKind;
  readonly retryable: boolean;
  readonly what: string;
  readonly why: string;
  readonly fix: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, facts: PipelineErrorFacts) {
    const entry: ErrorEntry = catalog[code];
    const why = facts.why ?? entry.why;
    const fix = facts.fix ?? entry.fix;
    super(
      `${facts.what}\n  Why: ${why}\n  Fix: ${fix}`,
      facts.cause === undefined ? undefined : { cause: facts.cause },
    );
    this.code = code;
    this.kind = entry.kind;
    this.retryable = entry.retryable;
    this.what = facts.what;
    this.why = why;
    this.fix = fix;
    this.details = facts.details ?? {};
  }
}

/** Whether an unknown value is a coded error, also one made by another copy of this module. */
export function isPipelineError(error: unknown): error is PipelineError {
  return error instanceof Error && error.name === 'PipelineError' && 'code' in error && 'fix' in error;
}
