/** Who can act on an error: it decides the command line's exit code and, with `retryable`, Temporal's retries. */
export type ErrorKind = 'usage' | 'config' | 'data' | 'model' | 'artifact' | 'lineage' | 'unavailable' | 'determinism';

/** What is said of a code when no more is known, and all that `tfx-temporal explain CODE` prints. */
export interface ErrorEntry {
  readonly kind: ErrorKind;
  /** Whether doing the same again may succeed: the outside world may, bad data and configuration may not. */
  readonly retryable: boolean;
  /** What happened, in one sentence without values. */
  readonly headline: string;
  readonly why: string;
  readonly fix: string;
}

/** A room's codes. Codes are frozen: they are the `type` of Temporal failures and part of our interface. */
export type Catalog = Readonly<Record<string, ErrorEntry>>;
