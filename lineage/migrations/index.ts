import { MIGRATION_1 } from './000001.js';

export interface Migration {
  readonly id: number;
  /** A release that does not know a breaking migration must not write to the database. */
  readonly breaking: boolean;
  readonly sql: string;
}

/** Our migrations in order. SQL lives in TypeScript so that no path is resolved at run time. */
export const migrations: readonly Migration[] = [{ id: 1, breaking: true, sql: MIGRATION_1 }];
