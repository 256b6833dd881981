import { MIGRATION_1 } from './000001.js';
import { MIGRATION_2 } from './000002.js';
import { MIGRATION_3 } from './000003.js';

export interface Migration {
  readonly id: number;
  /** A release that does not know a breaking migration must not write to the database. */
  readonly breaking: boolean;
  readonly sql: string;
}

/** Our migrations in order. SQL lives in TypeScript so that no path is resolved at run time. */
export const migrations: readonly Migration[] = [
  { id: 1, breaking: true, sql: MIGRATION_1 },
  { id: 2, breaking: false, sql: MIGRATION_2 },
  { id: 3, breaking: false, sql: MIGRATION_3 },
];
