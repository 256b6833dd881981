import type { OutcomeName } from '../activities/protocol.js';
import type { ErrorKind } from '../errors/catalog/index.js';

/** What the shell sees. CI can act on 5, 6 and 7: the run worked, and said no. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  config: 3,
  unavailable: 4,
  dataRejected: 5,
  notBlessed: 6,
  notServable: 7,
  parked: 130,
} as const;

const BY_OUTCOME: Readonly<Record<OutcomeName, number>> = {
  PUSHED: exitCodes.ok,
  COMPLETED: exitCodes.ok,
  SKIPPED: exitCodes.ok,
  DATA_REJECTED: exitCodes.dataRejected,
  NOT_BLESSED: exitCodes.notBlessed,
  NOT_EVALUATED: exitCodes.notBlessed,
  NOT_SERVABLE: exitCodes.notServable,
  NOT_APPROVED: exitCodes.notBlessed,
};

const BY_KIND: Readonly<Partial<Record<ErrorKind, number>>> = {
  usage: exitCodes.usage,
  config: exitCodes.config,
  unavailable: exitCodes.unavailable,
  data: exitCodes.dataRejected,
};

/** The exit code of a run that completed. */
export const exitCodeOfOutcome = (outcome: OutcomeName): number => BY_OUTCOME[outcome];

/** The exit code of an error by who can act on it; 1 for what is left. */
export const exitCodeOfKind = (kind: ErrorKind): number => BY_KIND[kind] ?? exitCodes.failed;
