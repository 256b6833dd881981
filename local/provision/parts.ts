import { libtensorflow } from './libtensorflow.js';
import { postgresBinaries } from './postgres-binaries.js';
import type { Part } from './provision-context.js';
import { temporalCli, temporalTestServer } from './temporal-cli.js';

/** Every native part, in the order in which they are made: the quick ones first. */
export const PARTS = {
  postgres: postgresBinaries,
  temporal: temporalCli,
  temporalTestServer,
  libtensorflow,
} as const satisfies Record<string, Part>;

export type ProvisionPart = keyof typeof PARTS;
